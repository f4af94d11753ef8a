import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExecutions } from '../../../aws/executions.ts';
import { openRequest } from '../../../core/approval/approval-request.ts';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { readRuntimeFile } from '../../../local/driver/runtime-file.ts';
import { until } from '../../until.ts';
import { exampleApr } from '../stage.ts';

let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), 'one-roof-kept-'));
const file = join(folder, 'runtime.json');
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'directus' });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('rolls back the release that Ctrl-C meets in mid-flight, however often it is pressed', async () => {
  const before = await dumpDatabase(server, 'directus');
  const command = join(__dirname, '../../../bin/one-roof.mjs');
  const child = spawn(
    process.execPath,
    [command, 'local', '--url', server.url('directus'), '--runtime', file, '--report-dir', folder],
    { stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000 },
  );
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));

  const {
    stepFunctions: endpoint,
    key,
    releaseArn,
  } = await until(() =>
    Promise.resolve(existsSync(file) && readFileSync(file, 'utf8') !== '' ? readRuntimeFile(file) : undefined),
  );
  const executions = createExecutions(awsClient({ endpoint, key }));
  const arn = await executions.start(releaseArn, 'met-by-ctrl-c', {});
  const { token, shown } = await until(async () => openRequest(await executions.history(arn)));
  await executions.succeed(token, { apr: exampleApr, packageDigest: shown.packageDigest, declaredBy: 'a test' });
  await until(async () =>
    (await executions.history(arn)).find(({ stateExitedEventDetails: left }) => left?.name?.startsWith('Tier 2')),
  );
  child.kill('SIGINT');
  await until(() => Promise.resolve(stderr.includes('Please wait') ? true : undefined));
  child.kill('SIGINT');

  expect(await ended).toBe(0);
  expect(stderr).toContain('The stop rule has started');
  expect(stderr).not.toContain('Unexpected');
  expect(await dumpDatabase(server, 'directus')).toBe(before);
});
