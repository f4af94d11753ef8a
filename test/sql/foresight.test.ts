import { setTimeout as sleep } from 'node:timers/promises';
import { ReleaseDatabase } from './release-database.ts';

/*
 * What the gate foresees of the server itself. What it foresees of a database is in test/end-to-end/cases.
 */
let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => database.fresh());

const gate = 'gate_monitor/gate_check_source.sql';

async function printedWith(setting: string, value: string, file: string): Promise<string> {
  const own = `select count(*) from pg_settings where name = '${setting}' and sourcefile like '%postgresql.auto.conf'`;
  const change = async (sql: string, found: string) => {
    await database.sql(`alter system ${sql}`);
    await database.sql('select pg_reload_conf()');
    while ((await database.sql(own)) !== found) await sleep(20);
  };
  await change(`set ${setting} = ${value}`, '1');
  try {
    const { stdout, stderr } = await database.byHand(file);
    return stdout + stderr;
  } finally {
    await change(`reset ${setting}`, '0');
  }
}

it.each([
  ['track_counts', 'off', 'note: track_counts, track_counts is off'],
  ['synchronous_standby_names', "'gone'", "COMMIT would wait for 1 of the standbys 'gone', and 0 of them answer"],
  ['synchronous_standby_names', "'ANY 2 (a, b, c)'", 'COMMIT would wait for 2 of the standbys'],
  ['synchronous_standby_names', "'first 1 (a)'", 'COMMIT would wait for 1 of the standbys'],
  ['default_transaction_read_only', 'on', 'note: read_only, default_transaction_read_only is on'],
])('%s = %s is named', async (setting, value, words) => {
  expect(await printedWith(setting, value, gate)).toContain(words);
});

it('a server as it should be is not', async () => {
  expect((await database.byHand(gate)).stdout).not.toContain('note: ');
});

it.each([
  ['synchronous_standby_names', "'gone'", 'REFUSING: commits_wait, a COMMIT would wait for 1 of the standbys'],
  ['default_transaction_read_only', 'on', 'REFUSING: read_only, default_transaction_read_only is on'],
])('%s = %s, of which the reader is told nothing, stops the trial', async (setting, value, words) => {
  expect(await printedWith(setting, value, 'prod/98_trial.sql')).toContain(words);
});

it.each([
  ['the database', 'alter database directus set default_transaction_read_only = on'],
  ['the role that writes', "alter role workflow_admin in database directus set default_transaction_read_only = 'yes'"],
])('a wish to be left alone, said of %s, is named to the reader too', async (_of, sql) => {
  await database.sql(sql);
  for (const user of ['workflow_admin', 'context_pack_readonly']) {
    const { stdout } = await database.byMachine('gate-check', gate, {}, { user });
    expect([user, stdout]).toEqual([user, expect.stringContaining('note: read_only, default_transaction_read_only')]);
  }
});

it.each([
  ['a row', 'update governance_registry set status = status where code = (select min(code) from governance_registry)'],
  ['a table', 'lock table governance_object_ownership in share mode'],
])('a prepared transaction that locks %s is named to the reader, who locks nothing', async (_what, sql) => {
  await database.sql(`begin; ${sql}; prepare transaction 'order-17'`);
  try {
    const { stdout } = await database.byMachine('gate-check', gate, {}, { user: 'context_pack_readonly' });
    expect(stdout).toMatch(/note: prepared_transaction, .*'order-17'/);
  } finally {
    await database.sql(`rollback prepared 'order-17'`);
  }
});
