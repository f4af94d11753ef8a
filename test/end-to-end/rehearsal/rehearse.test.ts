import { createApprover } from '../../../cli/execution/answer-approval.ts';
import { releaseWithStop } from '../../../cli/execution/release-with-stop.ts';
import { statementTimesSchema } from '../../../core/base/statement-times.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { timedPlaces } from '../../../core/package/timed-places.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { createEvidenceFolder } from '../../../local/driver/evidence-folder.ts';
import { planOf } from '../../../local/postgres/fixture-package.ts';
import { createTerminal } from '../../../cli/screen/terminal.ts';
import { rmSync } from 'node:fs';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { inProject, changedPackage, openStage, rehearse, states as every, type Stage } from './stage.ts';
import { until } from '../../until.ts';

const packageFiles = readPackageFiles(inProject('sql'));
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.stop());

test('a rehearsal goes forward, back, forward and back twice, and leaves production, and nothing else, as it was', async () => {
  const before = await dumpDatabase(stage.server, 'directus');
  await stage.query(
    'alter database directus set statement_timeout = 0; alter role directus in database directus set search_path = public',
  );
  const runtime = await stage.start();
  const application = stage.query(
    'begin; select count(*) from governance_registry; select pg_sleep(2); commit',
    'directus',
  );
  const { states, result, proven, summary, forward } = await rehearse(runtime);
  await application;
  const shown = await runtime.checkGate();
  await runtime.stop();
  expect([result, summary.reason]).toEqual(['passed', '']);
  expect(shown.rehearsal).toMatchObject({ result: 'passed', runId: summary.runId });
  const [checked] = parseEntries(await createEvidenceFolder(stage.evidenceFolder).list(shown.runId));
  const rehearsed = statementTimesSchema.parse(checked?.facts['rehearsed']);
  for (const { id, file } of planOf(inProject('sql')).tiers.filter(({ mutates }) => mutates))
    expect([id, rehearsed[`tier-${id}`]?.length]).toEqual([id, timedPlaces(packageFiles, file).length]);
  expect([...new Set(states)].filter((name) => !name.endsWith('?'))).toEqual([...every, 'Rehearsal passed']);
  expect(forward?.map((tiers) => tiers.length)).toEqual([8, 8]);
  expect(proven?.map((sentence) => sentence.split(' ').slice(0, 3).join(' '))).toEqual([
    'No clone of',
    'The disk has',
    'Production was copied',
    'The clone differs',
    'The signature is',
    'All 8 tiers',
    'An outsider reads',
    'Locked against writers,',
    'The full rollback',
    'All 8 tiers',
    'A further run',
    'Rolled back again,',
    'The clone is',
    'Production has the',
  ]);
  expect(summary.locks.map(({ script, relation, mode }) => [script, relation, mode])).toContainEqual([
    'tier-1',
    'public.governance_registry',
    'AccessExclusiveLock',
  ]);
  expect(await stage.left()).toBe('');
  expect(await dumpDatabase(stage.server, 'directus')).toBe(before);
});

const last = '\\ir ../runner/undo/drop_tables.sql\n';
const faults = `insert into public.trigger_guard_alerts (command_tag, object_type, object_identity) values ('x', 'x', 'x');
grant update on public.taxonomy to context_pack_readonly;
select nextval('public.governance_object_ownership_id_seq') as drawn \\gset
`;

test('a rollback script that leaves a row, changes a grant or advances a sequence fails the rehearsal by name', async () => {
  const directory = changedPackage('prod_rollback/99_rollback_full.sql', last, last + faults);
  const runtime = await stage.start(directory);
  const { result, summary, states } = await rehearse(runtime);
  await runtime.stop();
  rmSync(directory, { recursive: true, force: true });
  for (const named of [
    /public\.trigger_guard_alerts has 1 rows, had 0; 1 of them were written since/,
    /grants on public\.taxonomy are .*, were /,
    /sequence public\.governance_object_ownership_id_seq is at 65\/t, was at 64\/t/,
    /section grants of the fingerprint/,
    /section sequence_governance_object_ownership of the fingerprint/,
  ]) {
    expect(summary.reason).toMatch(named);
  }
  expect([result, states.at(-1)]).toEqual(['failed', 'Rehearsal failed']);
  expect(await stage.left()).toBe('');
});

test('where a rehearsal is required, only one of this very package opens the gate: one byte more, and it is worthless', async () => {
  const asked = await stage.start(inProject('sql'), { requireRehearsal: true });
  expect((await asked.checkGate()).gate).toMatchObject({ status: 'READY', blockers: '' });
  await asked.stop();
  const file = 'prod_verify/baseline_probe.sql';
  const directory = changedPackage(file, "select 'baseline_probe ' ||", "select 'baseline_probe '  ||");
  const other = await stage.start(directory, { requireRehearsal: true });
  const { ready, gate } = await other.checkGate();
  await other.stop();
  rmSync(directory, { recursive: true, force: true });
  expect([ready, gate.blockers]).toEqual([false, 'rehearsal_of_another_package;']);
});

/** Waits until somebody holds the release key. */
async function keyIsHeld(): Promise<void> {
  const held = "select count(*) from pg_locks where locktype = 'advisory' and objid = 20260603 and granted";
  await until(async () => ((await stage.query(held)) === '0' ? undefined : true));
}

test('a rehearsal and a release exclude each other', async () => {
  const runtime = await stage.start();
  const holder = stage.query('select pg_advisory_lock(20260603); select pg_sleep(120)', 'directus');
  await keyIsHeld();
  const { result, summary } = await rehearse(runtime);
  await stage.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 20260603");
  await expect(holder).rejects.toThrow(/terminat/);
  await runtime.stop();
  expect([result, summary.reason]).toEqual([
    'refused',
    expect.stringMatching(/REFUSING: the release key on directus is held by pid/),
  ]);
  expect(await stage.left()).toBe('');
});

test('a release whose trial meets a rehearsal refuses, and the untouched database needs no human', async () => {
  const runtime = await stage.start();
  const holder = stage.query('select pg_advisory_lock_shared(20260603); select pg_sleep(120)', 'directus');
  await keyIsHeld();
  const terminal = { ...createTerminal({ json: true }), interactive: false, alert: () => undefined };
  const leave = runtime.stepFunctions.onEvent(({ event }) => approve(event));
  const approve = createApprover(runtime.stepFunctions, { apr: 'APR-BOOT-AUTHMODEL-1', terminal });
  const refused = expect(holder).rejects.toThrow(/terminat/);
  const { ending, state } = await releaseWithStop(runtime, terminal);
  leave();
  await stage.query("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 20260603");
  await refused;
  await runtime.stop();
  expect([ending.name, state.rollback?.Output?.outcome]).toEqual(['would_not_end_well', 'nothing_to_roll_back']);
});
