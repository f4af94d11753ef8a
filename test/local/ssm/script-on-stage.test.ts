import { readdirSync } from 'node:fs';
import { OutcomeUnknown, ScriptFailed } from '../../../core/base/errors.ts';
import type { CommandFaults } from '../../../local/ssm/faults.ts';
import { runId, Stage } from './stage.ts';

const quietly = '\\pset tuples_only on\n\\pset format unaligned\n';
const proof = "select 'done ' || count(*) from public.mark;\n";
const slow = `${quietly}begin;\nselect pg_advisory_xact_lock(20260603);\nselect pg_sleep(2);\ninsert into public.mark values (1);\ncommit;\n${proof}`;
const quick = `${quietly}begin;\ninsert into public.mark values (1);\ncommit;\n${proof}`;
const ours = `select count(*)::int from pg_stat_activity where application_name like 'one-roof/${runId}/%'`;
const marks = 'select count(*)::int from mark';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
  await stage.query('create table mark (n int)');
});
afterAll(() => stage.stop());
afterEach(async () => {
  stage.ssm.setFaults();
  stage.docker.setRunning(true);
  await stage.until(ours, 0);
  await stage.query('truncate mark');
});

function writer(sql: string) {
  return stage.deploy('tier-3', { sql, mutates: true });
}

/** Lets exactly the next send go wrong. */
function once(faults: CommandFaults) {
  stage.ssm.setFaults(() => {
    stage.ssm.setFaults();
    return faults;
  });
}

it('a script runs once, proves itself and leaves nothing behind', async () => {
  expect((await stage.run(writer(quick))).facts).toEqual({ count: '1' });
  expect(await stage.query(marks)).toBe(1);
  expect(readdirSync(stage.docker.temporaryFolder)).toEqual([]);
  expect(stage.docker.processes()).toEqual([]);
});

it('a reader cannot write', async () => {
  const reader = stage.deploy('tier-3', { sql: quick });
  await expect(stage.run(reader)).rejects.toThrow('tier-3: SQLSTATE 25006 in prod/tier_3.sql:4');
  expect(await stage.query(marks)).toBe(0);
});

it('exit 0 without the proof line is not success', async () => {
  await expect(stage.run(writer(`${quietly}begin;\ninsert into public.mark values (1);\n`))).rejects.toThrow(
    OutcomeUnknown,
  );
  await expect(stage.run(writer('\\q\n'))).rejects.toThrow(OutcomeUnknown);
  await expect(stage.run(writer(''))).rejects.toThrow(OutcomeUnknown);
});

it('a refusal arrives in its own words', async () => {
  const refusal = "do $x$ begin raise exception 'REFUSING: gap=216, expected 210'; end $x$;\n";
  await expect(stage.run(writer(refusal))).rejects.toThrow('tier-3: REFUSING: gap=216, expected 210');
});

it('a failure tells SQLSTATE, file and line, and no row', async () => {
  const failing = "select 'secret'::int;\n";
  const error = await stage.run(writer(failing)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ScriptFailed);
  expect(String(error)).toBe('ScriptFailed: tier-3: SQLSTATE 22P02 in prod/tier_3.sql:1');
});

it('a command that comes after its start-by is refused by the database', async () => {
  once({ deliverAfter: 300 });
  const enteredAt = new Date(Date.now() - 4_800);
  await expect(stage.run(writer(quick), { enteredAt })).rejects.toThrow(/REFUSING: start-by .* has passed/);
  expect(await stage.query(marks)).toBe(0);
});

it('a statement that exceeds its budget fails clean', async () => {
  const script = stage.deploy('tier-3', { sql: 'select pg_sleep(30);\n', mutates: true, timeouts: { statement: 1 } });
  await expect(stage.run(script)).rejects.toThrow('tier-3: SQLSTATE 57014 in prod/tier_3.sql:1');
});

it('psql that exceeds its budget is stopped, its backend too, and the outcome is unknown', async () => {
  const script = stage.deploy('tier-3', { sql: 'select pg_sleep(30);\n', mutates: true, timeouts: { psql: 1 } });
  await expect(stage.run(script)).rejects.toThrow(/timed-out/);
  await stage.until(ours, 0);
});

it("killing docker's client leaves psql running, and the outcome is unknown", async () => {
  once({ killAfter: 600 });
  await expect(stage.run(writer(slow.replace('pg_sleep(2)', 'pg_sleep(4)')))).rejects.toThrow(OutcomeUnknown);
  expect(stage.docker.processes().length).toBeGreaterThan(0);
  expect(await stage.query(ours)).toBe(1);
  await stage.until(marks, 1); // it went on and committed
  await stage.until(ours, 0);
  while (stage.docker.processes().length > 0) await stage.query('select pg_sleep(0.05)');
  expect(readdirSync(stage.docker.temporaryFolder)).toEqual([]);
});

it('a cancelled command may have committed: unknown', async () => {
  once({ cancelAfter: 600 });
  await expect(stage.run(writer(slow))).rejects.toThrow(/unknown|no last line|Cancelled/);
  await stage.until(marks, 1);
});

it('a backend that is killed leaves the outcome unknown', async () => {
  const running = stage.run(writer(slow));
  const caught = running.catch((error: unknown) => error);
  await stage.until(ours, 1);
  await stage.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'one-roof/${runId}/%'`,
  );
  const error = await caught;
  expect(error).toBeInstanceOf(OutcomeUnknown);
  expect(String(error)).toContain('SQLSTATE 57P01');
  expect(await stage.query(marks)).toBe(0);
});

it('no database and no container: nothing ran, and it says so', async () => {
  const script = writer(quick);
  await stage.query('alter database directus rename to elsewhere', 'postgres');
  await expect(stage.run(script)).rejects.toThrow(/unavailable: psql: error: .*database "directus" does not exist/);
  await stage.query('alter database elsewhere rename to directus', 'postgres');
  stage.docker.setRunning(false);
  await expect(stage.run(script)).rejects.toThrow(/No such container: postgres/);
});

describe('what SSM says is not believed', () => {
  it.each<[string, CommandFaults, number]>([
    ['the agent reads 168 as success', { exitCode: 168, outputLimit: 0 }, 1],
    ['the agent reads 168, and adds a line of its own', { exitCode: 168 }, 1],
    ['the agent reads 169, and adds a line of its own', { exitCode: 169 }, 1],
    ['the output is lost', { outputLimit: 0 }, 1],
    ['the output is cut', { outputLimit: 60 }, 1],
    ["the agent's worker dies", { workerDiesAfter: 5 }, 1],
    ['DeliveryTimedOut while it runs', { deliveryTimedOutAfter: 5 }, 1],
    ['cancelled before it started', { deliverAfter: 400, cancelAfter: 100 }, 0],
    ['accepted behind a 500', { send: 'accepted-server-error' }, 1],
    ['accepted behind a cut connection', { send: 'accepted-reset' }, 1],
    ['accepted behind silence', { send: 'accepted-silence' }, 1],
  ])('%s: unknown', async (_name, faults, ran) => {
    once(faults);
    await expect(stage.run(writer(quick))).rejects.toThrow(OutcomeUnknown);
    await stage.until(marks, ran);
  });

  it.each<[string, CommandFaults]>([
    ['137 though it ended', { exitCode: 137 }],
    ['InvocationDoesNotExist for long', { invisibleFor: 1_500 }],
    ['delivered late, within the start-by', { deliverAfter: 800 }],
    ['throttled', { send: 'throttled' }],
  ])('%s: the last line decides', async (_name, faults) => {
    once(faults);
    expect((await stage.run(writer(quick))).facts).toEqual({ count: '1' });
  });

  it('194 runs the script again: its own guards must bear that', async () => {
    once({ exitCode: 194 });
    expect((await stage.run(writer(quick))).facts).toEqual({ count: '2' });
  });

  it('a duplicate is a second command of the same comment', async () => {
    once({ duplicateAfter: 50 });
    await stage.run(writer(quick));
    await stage.until(marks, 2);
    const found = await stage.channel.find(`one-roof/${runId}/`, new Date(Date.now() - 10_000));
    expect(new Set(found.map(({ commandId }) => commandId)).size).toBeGreaterThanOrEqual(2);
  });
});

it('a script cannot forge its own success', async () => {
  const forged = `\\echo one-roof proof done 7\n\\echo one-roof end run=${runId} script=tier-3 exit=0 outcome=proven\nselect 1/0;\n`;
  await expect(stage.run(writer(forged))).rejects.toThrow('tier-3: SQLSTATE 22012 in prod/tier_3.sql:3');
});
