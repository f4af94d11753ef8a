import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { otherRunId, ratifiedApr, ReleaseDatabase, runId } from '../../sql/release-database.ts';
import { oneRoof, type Said } from '../stage.ts';
import { oneRoof as inOwnProcess, processesOfOurs } from './own-process.ts';
import { until } from '../../until.ts';

const folder = mkdtempSync(join(tmpdir(), 'one-roof-rollback-url-'));
const command = join(__dirname, '../../../bin/one-roof.mjs');
let database: ReleaseDatabase;
let url: string;
let untouched: string;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
  url = database.server.url('directus');
  await database.fresh();
  untouched = await dump();
});
afterAll(async () => {
  await database.server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const dump = () => dumpDatabase(database.server, 'directus');
/** `one-roof rollback --url`, with the evidence in `reports`. */
const rollBack = (reports: string, ...flags: string[]) =>
  oneRoof('rollback', '--url', url, '--report-dir', join(folder, reports), '--yes', ...flags);

/** The same, again while a session of the killed run is still at work: its psql outlives the process that sent it. */
async function rollBackAtRest(reports: string, ...flags: string[]): Promise<Said> {
  return until(async () => {
    const said = await rollBack(reports, ...flags);
    if (!said.stderr.includes('is still at work')) return said;
    expect(said.exitCode).toBe(2);
    return undefined;
  });
}

/** Runs a whole release, and kills its process with SIGKILL as soon as it has said this; undefined: lets it end. */
async function release(reports: string, killAt?: RegExp): Promise<void> {
  const flags = ['--url', url, '--apr', ratifiedApr, '--report-dir', join(folder, reports)];
  const child = spawn(process.execPath, [command, 'run', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
    if (killAt?.test(said) === true) child.kill('SIGKILL');
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...ended) => resolve(ended)),
  );
  if (killAt === undefined ? code !== 0 : signal !== 'SIGKILL')
    throw new Error(`the release ended with ${code}: ${said}`);
}

/** Run id of the only run with evidence there. */
const runOf = (reports: string) => readdirSync(join(folder, reports)).find((name) => /^[0-9a-f]{12}$/.test(name)) ?? '';

test.each([
  ['tier 1', /✓ Tier 0/],
  ['tier 6', /✓ Tier 5/],
])('a run killed in the middle of %s is undone from its stamps, and proven by its evidence', async (tier, killAt) => {
  await database.fresh();
  await release(tier, killAt);
  const said = await rollBackAtRest(tier);
  expect(said).toMatchObject({ exitCode: 0 });
  expect(await dump()).toBe(untouched);
  if (!said.stdout.startsWith('Nothing of a release')) expect(said.stdout).toContain('exactly as before the release');
  expect((await rollBack(tier)).stdout).toBe('Nothing of a release is in this database; nothing was undone.\n');
});

test('a sealed run stands until its id is named, and is then undone too', async () => {
  await database.fresh();
  await release('sealed', /✓ Tier 8/);
  const run = runOf('sealed');
  const sealed = await dump();
  expect((await oneRoof('status', '--url', url)).stdout).toMatch(
    new RegExp(`^Run ${run} is in directus: 43 objects, sealed since \\d{4}-\\S+Z\\.\nIt is complete and in use\\.`),
  );
  const asked = await rollBackAtRest('sealed');
  expect(asked).toMatchObject({ exitCode: 0 });
  expect(asked.stdout).toContain('This run is released and sealed; nothing was undone.');
  expect(asked.stderr).toContain(`--undo-released ${run}`);
  expect(await rollBack('sealed', '--undo-released', otherRunId)).toMatchObject({ exitCode: 2 });
  expect(await dump()).toBe(sealed);
  expect(await rollBack('sealed', '--undo-released', run)).toMatchObject({ exitCode: 0 });
  expect(await dump()).toBe(untouched);
});

test('without the evidence it is undone all the same, and nobody claims that the baseline was compared', async () => {
  await database.freshAfter(4);
  const status = await oneRoof('status', '--url', url);
  expect(status.stdout).toMatch(
    new RegExp(
      `^Run ${runId} is in directus: 43 objects, applying since \\d{4}-\\S+Z\\.\nNone of its tiers is at work now`,
    ),
  );
  const said = await rollBack('nowhere', '--run', runId);
  expect(said).toMatchObject({ exitCode: 14 });
  expect(said.stderr).toContain('the baseline could not be compared');
  expect(await dump()).toBe(untouched);
});

/** The rollback in a process of its own, which is told to end, twice, as soon as it has said this. */
async function interrupted(signal: NodeJS.Signals, at: RegExp): Promise<Said> {
  let sent = false;
  const flags = ['--url', url, '--report-dir', join(folder, signal), '--yes', '--run', runId];
  const said = await inOwnProcess(['rollback', ...flags], (text, pid) => {
    if (sent || !at.test(text)) return;
    sent = true;
    process.kill(pid, signal);
    setTimeout(() => process.kill(pid, signal), 10).unref();
  });
  expect(processesOfOurs()).toEqual([]);
  return { ...said, exitCode: said.exitCode ?? -1 };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s does not cut short a rollback that has begun',
  async (signal) => {
    await database.freshAfter(4);
    const said = await interrupted(signal, /✓ Fence/);
    expect(said.stderr).toContain('A rollback is not cut short');
    expect(said).toMatchObject({ exitCode: 14 });
    expect(said.stderr).toContain('the baseline could not be compared');
    expect(await dump()).toBe(untouched);
  },
);

test('nothing there, or a run that is not: nothing is done, and it is said what there is', async () => {
  await database.fresh();
  const none = await rollBack('none');
  expect(none).toMatchObject({ exitCode: 0 });
  expect(none.stdout).toContain('Nothing of a release');
  expect((await oneRoof('status', '--url', url)).stdout).toBe('Nothing of a release is in directus.\n');
  await database.freshAfter(2);
  const before = await dump();
  const said = await rollBack('none', '--run', otherRunId);
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toMatch(new RegExp(`\n  ${runId}  applying since \\S+  43 objects`));
  expect(await dump()).toBe(before);
});

test('two runs: both are named, nothing is undone, and neither takes the objects of the other with it', async () => {
  await database.freshAfter(2);
  await database.sql(`comment on table public.axis_registry is 'one-roof run=${otherRunId} state=applying'`);
  const before = await dump();
  const said = await rollBack('two');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain('say which with --run');
  expect(said.stderr).toMatch(new RegExp(`${runId}  applying since 2\\S+  42 objects`));
  expect(said.stderr).toContain(`${otherRunId}  applying since a time unknown  1 objects`);
  expect(await rollBack('two', '--run', runId)).toMatchObject({ exitCode: 14 });
  expect(await dump()).toBe(before);
});

test.each([
  ['a stamp that is none', 'one-roof run=zzz state=applying', 'no stamp of a run'],
  ['a run begun by hand', 'one-roof run=hand-20260603T100000Z state=applying sequence=1/f', 'was begun by hand'],
])('%s on somebody else’s table: it stays, and its owner is to be asked', async (_what, comment, words) => {
  await database.fresh();
  await database.sql(
    `create table public.axis_registry (x int); comment on table public.axis_registry is '${comment}'`,
  );
  const before = await dump();
  const said = await rollBack('foreign');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain(words);
  expect(await dump()).toBe(before);
});

test.each([
  ['a table', 'create table public.axis_registry (x int)', 'table public.axis_registry'],
  ['a view', 'create view public.v_ui_lane as select 1 as x', 'view public.v_ui_lane'],
])('%s of the application that bears the stamp of a sealed release is none', async (_what, make, object) => {
  await database.fresh();
  const stamp = `one-roof run=${otherRunId} state=released package=one-roof since=2026-06-03T10:00:00Z`;
  await database.sql(`set session authorization directus; ${make}; comment on ${object} is '${stamp}'`);
  const before = await dump();
  expect((await oneRoof('status', '--url', url)).stdout).toMatch(/no stamp of a run: \w+\. Ask whose they are/);
  const said = await rollBack('forged', '--undo-released', otherRunId);
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toContain('They are not ours and stay');
  expect(await dump()).toBe(before);
});

test('while a session of the run is at work nothing is undone; one of another run or role is none', async () => {
  await database.freshAfter(2);
  const before = await dump();
  const open = async (application_name: string, user?: string) => {
    const client = new Client({ connectionString: database.server.url('directus', user), application_name });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const others = [
    await open(`one-roof/${otherRunId}/tier-3`),
    await open(`one-roof/${runId}/tier-3`, 'context_pack_readonly'),
  ];
  const own = await open(`one-roof/${runId}/tier-3`);
  const said = await rollBack('busy');
  expect(said).toMatchObject({ exitCode: 2, stdout: '' });
  expect(said.stderr).toMatch(new RegExp(`A session of run ${runId} is still at work: tier-3 \\(pid \\d+\\)\\. Wait`));
  expect(await dump()).toBe(before);
  await own.end();
  const free = await rollBack('busy');
  for (const client of others) await client.end().catch(() => undefined);
  expect(free.stderr).not.toContain('is still at work');
});
