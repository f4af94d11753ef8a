import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { buildFixture } from '../../../local/postgres/build-fixture.ts';
import { type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { startRuntime } from '../../../local/driver/runtime.ts';
import { until } from '../../until.ts';

let server: PostgresServer;
const evidenceFolder = mkdtempSync(join(tmpdir(), 'one-roof-runtime-'));
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server, { database: 'directus' });
});
afterAll(async () => {
  await server.stop();
  rmSync(evidenceFolder, { recursive: true, force: true });
});

/** The least that a runtime needs here. */
const options = () => ({
  server,
  packageDirectory: join(__dirname, '../../../sql'),
  evidenceFolder,
  notifier: { notify: () => Promise.resolve() },
});

it('leaves nothing running when it cannot start', async () => {
  const servers = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  const before = servers();
  const start = startRuntime({ ...options(), evidenceFolder: '/etc/passwd/x' });
  await expect(start).rejects.toThrow();
  while (servers() > before) await delay(10); // a handle is gone a moment after its server; else the test's time runs out
});

it('shows its machines as the template has them, and ends at once, and whole, although a function waits for a command that does not come to an end', async () => {
  const runtime = await startRuntime(options());
  const client = new SFNClient(awsClient(runtime.stepFunctions));
  const stateMachineArn = runtime.releaseArn;
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  const group = expect.stringMatching(
    /^arn:aws:logs:[^:]+:\d{12}:log-group:\/aws\/vendedlogs\/.*Release.*:\*$/,
  ) as unknown;
  expect(described).toMatchObject({
    loggingConfiguration: {
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: group } }],
    },
    tracingConfiguration: { enabled: true },
  });
  client.destroy();
  runtime.ssm.setFaults(() => ({ deliverAfter: 600_000 }));
  const { executionArn } = runtime.stepFunctions.startExecution({ stateMachineArn: runtime.releaseArn });
  const waits = () => runtime.stepFunctions.history(executionArn).at(-1)?.type === 'LambdaFunctionStarted';
  await until(() => (waits() ? true : undefined));
  await runtime.stop(); // long before the command would be delivered
  expect(existsSync(dirname(runtime.docker?.temporaryFolder ?? ''))).toBe(false);
});
