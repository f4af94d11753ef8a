import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { writeRuntimeFile } from '../../../local/driver/runtime-file.ts';
import { startStepFunctions, type StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { execution, playRollbackReport, playRun, type RunPorts, runId } from '../../core/report/runs.ts';
import { oneRoof } from '../stage.ts';

const bucket = 'one-roof-evidence';
const { digest } = describePackage(readPackageFiles(join(__dirname, '../../../sql')));
const root = mkdtempSync(join(tmpdir(), 'one-roof-hidden-'));
const machineArn = (name: string) => `arn:aws:states:eu-central-1:000000000000:stateMachine:${name}`;
/** What the bucket holds: key → its versions, newest first; undefined is a delete marker. */
let objects: Map<string, (string | undefined)[]>;
let ports: RunPorts;
let told: string[];
let folder: string;
let s3: Server;

/** As much of S3 as comparing takes: ListObjectVersions, two keys a page, and GetObject with a version. */
function startS3(): Server {
  return createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://s3');
    const key = decodeURIComponent(pathname.slice(`/${bucket}/`.length));
    const versions = objects.get(key);
    if (versions !== undefined) return void response.end(versions[Number(searchParams.get('versionId'))] ?? '');
    const keys = [...objects.keys()].filter((name) => name.startsWith(searchParams.get('prefix') ?? '/'));
    const from = keys.indexOf(searchParams.get('key-marker') ?? '') + 1;
    const page = keys.slice(from, from + 2);
    const listed = page.flatMap((name) =>
      (objects.get(name) ?? []).map((text, index) => {
        const kind = text === undefined ? 'DeleteMarker' : 'Version';
        return `<${kind}><Key>${name}</Key><VersionId>${index}</VersionId><IsLatest>${index === 0}</IsLatest></${kind}>`;
      }),
    );
    const more = from + 2 < keys.length;
    const marker = `<IsTruncated>${more}</IsTruncated><NextKeyMarker>${page.at(-1) ?? ''}</NextKeyMarker>`;
    response.end(
      `<ListVersionsResult>${more ? marker : '<IsTruncated>false</IsTruncated>'}${listed.join('')}</ListVersionsResult>`,
    );
  });
}

function keyOf(name: string): string {
  return `runs/${runId}/${/^\d/.test(name) ? '' : 'report/'}${name}`;
}

/** A release that was sealed, reported, and undone by an operator. */
beforeAll(async () => {
  s3 = startS3().listen(0, '127.0.0.1');
  await new Promise((resolve) => s3.once('listening', resolve));
  const keys = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'eu-central-1' };
  const { port } = s3.address() as AddressInfo;
  Object.assign(process.env, keys, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` });
});
afterAll(() => {
  delete process.env['AWS_ENDPOINT_URL_S3'];
  s3.closeAllConnections();
  s3.close();
  rmSync(root, { recursive: true });
});
beforeEach(async () => {
  const run = await playRun('released', 'plain', { packageDigest: digest });
  ({ ports } = run);
  await recordEvidence(ports, { runId, step: 'undo', packageDigest: digest, facts: { outcome: 'undone' } });
  await playRollbackReport(ports, { runId, outcome: 'rolled_back' });
  told = ports.bodies.map((body) => /Evidence head: {2}(\S+)/.exec(body)?.[1] ?? 'none');
  objects = new Map([...ports.files].map(([name, text]) => [keyOf(name), [text]]));
  folder = mkdtempSync(join(root, 'run-'));
});

/** Writes the folder without what came after the release's own report: the undo is hidden. */
function hide(): void {
  for (const [name, text] of ports.files) {
    if (!/^(0012|0013|0014|rollback)/.test(name)) writeFileSync(join(folder, name), text);
  }
}
function showAll(): void {
  for (const [name, text] of ports.files) writeFileSync(join(folder, name), text);
}
const verify = (...options: string[]) => oneRoof('verify-report', folder, ...options);

test('an undo sends a message with a head of its own, and that head does not fit a folder that hides the undo', async () => {
  expect(told.map((head) => /^sha256:[0-9a-f]{64}$/.test(head))).toEqual([true, true]);
  hide();
  const own = await verify('--head', told[1] ?? '');
  expect(own).toMatchObject({ exitCode: 1 });
  expect(own.stdout).toContain('this is not the evidence that was reported');
});

test('with the head of the release the folder agrees, and it is said that an undo could be hidden', async () => {
  hide();
  const said = await verify('--head', told[0] ?? '');
  expect(said).toMatchObject({ exitCode: 0 });
  expect(said.stdout).toContain(`Whether entries followed ${told[0] ?? ''}, the folder cannot know`);
  expect(said.stdout).toContain('--bucket NAME');
});

test('the bucket shows what the folder hides', async () => {
  hide();
  const said = await verify('--head', told[0] ?? '', '--bucket', bucket);
  expect(said).toMatchObject({ exitCode: 1 });
  for (const name of ['0012.json', '0013.json', 'report/rollback-0013.json'])
    expect(said.stdout).toContain(`✗ ${name} lies in the bucket and not in this folder`);
  showAll();
  const whole = await verify('--bucket', bucket);
  expect(whole).toMatchObject({ exitCode: 0 });
  expect(whole.stdout).toContain(`Nothing further was found in the bucket ${bucket}.`);
});

test.each<[string, () => unknown, string]>([
  ['deleted too', () => objects.set(keyOf('0013.json'), [undefined, 'x']), '0013.json was deleted in the bucket'],
  ['overwritten', () => objects.get(keyOf('0003.json'))?.unshift('{}'), '0003.json was stored 2 times in the bucket'],
  ['another', () => objects.set(keyOf('report.md'), ['x']), 'report/report.md is not what lies in the bucket'],
  [
    'a stranger',
    () => objects.set(`runs/${runId}/report/x.html`, ['x']),
    'report/x.html lies in the bucket and is no file of a run',
  ],
  ['absent', () => objects.delete(keyOf('report.html')), 'report.html was never in the bucket'],
])('an object of the bucket that is %s is named', async (_what, act, problem) => {
  showAll();
  act();
  const said = await verify('--bucket', bucket);
  expect(said).toMatchObject({ exitCode: 1 });
  expect(said.stdout).toContain(`✗ ${problem}`);
});

describe('the execution histories', () => {
  let service: StepFunctionsService;
  let runtime: string;
  /** Machines that only end as *Write report* would. */
  async function open(answers: { release: object; rollback: object }) {
    const ends = (Result: object) => ({
      StartAt: 'Write report',
      States: { 'Write report': { Type: 'Pass', Result, End: true } },
    });
    service = await startStepFunctions({
      listedAfterMs: 0,
      invoke: () => Promise.resolve({ ok: true, result: {} }),
      machines: [
        { name: 'Warehouse-Release', arn: machineArn('Warehouse-Release'), definition: ends(answers.release) },
        { name: 'Warehouse-Rollback', arn: machineArn('Warehouse-Rollback'), definition: ends(answers.rollback) },
      ],
    });
    runtime = join(folder, '..', `runtime-${Date.now()}.json`);
    const addresses = { stepFunctions: service.endpoint, ssm: service.endpoint, lambda: service.endpoint };
    const arns = { releaseArn: machineArn('Warehouse-Release'), rollbackArn: machineArn('Warehouse-Rollback') };
    const place = { database: 'x', psql: 'x', evidenceFolder: root, packageDirectory: root, region: 'eu-central-1' };
    const self = { key: service.key, name: 'stage', pid: process.pid, startedAt: new Date().toISOString() };
    process.env['AWS_ACCESS_KEY_ID'] = service.key;
    writeRuntimeFile(runtime, { ...self, ...addresses, ...place, ...arns }, () => undefined);
    const start = (name: string, machine: string, input: object) =>
      service.finished(
        service.startExecution({ stateMachineArn: machineArn(machine), name, input: JSON.stringify(input) })
          .executionArn,
      );
    await start('one', 'Warehouse-Release', {});
    const release = { Id: execution.Id, Name: 'one', StartTime: execution.StartTime };
    await start('back', 'Warehouse-Rollback', { release });
  }
  afterEach(() => service.stop());
  const compare = () => verify('--runtime', runtime, '--history');

  test('show an undo that the folder hides, and agree with one that shows it', async () => {
    await open({ release: { evidenceHead: told[0] }, rollback: { evidenceHead: told[1], outcome: 'rolled_back' } });
    hide();
    const hidden = await compare();
    expect(hidden.stderr).toBe('');
    expect(hidden).toMatchObject({ exitCode: 1 });
    expect(hidden.stdout).toContain(`✗ history: the rollback back closed this run at ${told[1] ?? ''}`);
    showAll();
    expect(await compare()).toMatchObject({ exitCode: 0 });
  });

  test('show an undo that never could write a report', async () => {
    await open({ release: { evidenceHead: told[0] }, rollback: { outcome: 'rolled_back' } });
    hide();
    expect((await compare()).stdout).toContain('✗ history: the rollback back rolled this run back');
  });

  test('show a release whose folder was made anew', async () => {
    await open({ release: { evidenceHead: `sha256:${'0'.repeat(64)}` }, rollback: {} });
    showAll();
    expect((await compare()).stdout).toContain('✗ history: the release one closed this run at');
  });
});
