import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runIdOf } from '../../../core/base/run-id.ts';
import { writeRuntimeFile } from '../../../local/driver/runtime-file.ts';
import { startStepFunctions, type StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { oneRoof } from '../stage.ts';

const bucket = 'one-roof-evidence';
let folder: string;
let service: StepFunctionsService;
let s3: Server;
/** The objects of the bucket: key → text. */
let objects: Map<string, string>;

/** As much of S3 as fetching a run takes: ListObjectsV2 and GetObject, path-style. */
function startS3(): Server {
  return createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://s3');
    const key = decodeURIComponent(pathname.slice(`/${bucket}/`.length));
    const prefix = searchParams.get('prefix') ?? '';
    const keys = [...objects.keys()].filter((name) => name.startsWith(prefix));
    const contents = keys.map((name) => `<Contents><Key>${name}</Key></Contents>`).join('');
    response.end(objects.get(key) ?? `<ListBucketResult>${contents}</ListBucketResult>`);
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-report-'));
  const waits = { StartAt: 'Tier 1', States: { 'Tier 1': { Type: 'Wait', Seconds: 600, End: true } } };
  service = await startStepFunctions({
    listedAfterMs: 0,
    invoke: () => Promise.resolve({ ok: true, result: {} }),
    machines: ['OneRoof-Release', 'OneRoof-Rollback'].map((name) => ({ name, definition: waits })),
  });
  s3 = startS3().listen(0, '127.0.0.1');
  await new Promise((resolve) => s3.once('listening', resolve));
  const keys = { AWS_ACCESS_KEY_ID: service.key, AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'eu-central-1' };
  Object.assign(process.env, keys, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
  });
});
afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL_S3'];
  s3.closeAllConnections();
  s3.close();
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

function stoppedRelease(): string {
  const { executionArn } = service.startExecution({ stateMachineArn: service.machineArn('OneRoof-Release') });
  service.stopExecution(executionArn);
  return executionArn;
}

const names = ['0001.json', 'rollback-0007.md', 'rollback-0011.md', 'rollback-0011.html', 'rollback-0011.json'];

test('on a laptop the report of a stopped release is the newest that a rollback left', async () => {
  const arn = stoppedRelease();
  const run = join(folder, runIdOf(arn));
  mkdirSync(run);
  const file = join(folder, 'runtime.json');
  const addresses = { stepFunctions: service.endpoint, ssm: service.endpoint, lambda: service.endpoint };
  const [releaseArn, rollbackArn] = [service.machineArn('OneRoof-Release'), service.machineArn('OneRoof-Rollback')];
  const place = { database: 'x', psql: 'x', evidenceFolder: folder, packageDirectory: folder, region: 'eu-central-1' };
  const self = { key: service.key, name: 'stage', pid: process.pid, startedAt: new Date().toISOString() };
  writeRuntimeFile(file, { ...self, ...addresses, ...place, releaseArn, rollbackArn }, () => undefined);
  const report = () => oneRoof('report', arn, '--runtime', file);
  expect((await report()).stderr).toContain('has no report');
  for (const name of names) writeFileSync(join(run, name), name);
  expect(await report()).toMatchObject({ exitCode: 0, stdout: `${join(run, 'rollback-0011.md')}\n` });
  writeFileSync(join(run, 'report.md'), 'its own');
  expect((await report()).stdout).toBe(`${join(run, 'report.md')}\n`);
  // What closed the run last tells how things stand: here an undo, at entry 11, of what was released at entry 9.
  const entry = { runId: 'x', step: 'ending', packageDigest: 'x', at: 'x', sequence: 9, previous: '', facts: {} };
  writeFileSync(join(run, 'report.json'), JSON.stringify({ evidence: { entries: [entry] } }));
  expect((await report()).stdout).toBe(`${join(run, 'rollback-0011.md')}\n`);
});

test('on AWS it is fetched with all evidence when the bucket is named, which a stopped release cannot do', async () => {
  const arn = stoppedRelease();
  const runId = runIdOf(arn);
  const key = (name: string) => `runs/${runId}/${name.startsWith('rollback') ? 'report/' : ''}${name}`;
  objects = new Map(names.map((name) => [key(name), `text of ${name}`]));
  const options = ['--endpoint-url', service.endpoint, '--report-dir', join(folder, 'fetched')];
  const unnamed = await oneRoof('report', arn, ...options);
  expect(unnamed).toMatchObject({ exitCode: 2, stdout: '' });
  expect(unnamed.stderr).toContain('--bucket NAME');
  const said = await oneRoof('report', arn, ...options, '--bucket', bucket, '--print');
  expect(said).toMatchObject({ exitCode: 0, stdout: 'text of rollback-0011.md\n' });
  expect(readdirSync(join(folder, 'fetched', runId)).sort()).toEqual(names.toSorted());
  const wrong = await oneRoof('report', arn, ...options, '--bucket', 'NO/BUCKET');
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
});
