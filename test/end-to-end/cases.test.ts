import { join } from 'node:path';
import { type FieldCase, fieldCases } from './field-cases.ts';
import { openStage, packageDirectory, type Played, type Stage } from './stage.ts';

/*
 * Databases from the field. The first line of each file says how a release on it ends. Where the release does not end well,
 * the database is byte for byte as before, but for what somebody else did to it meanwhile.
 */

/** What makes the fourth tier fail, on an object of the release alone, so that the undo takes it away. */
const failure = {
  sql: "alter table public.axis_registry add constraint refused_on_purpose check (axis_code <> 'containment')",
  orders: 'alter table public.orders_kept add constraint refused_on_purpose check (tier <> 4)',
};

/** What a person reads of it. */
function shown({ ending, state }: Played): string {
  const { gate, error, rollback } = state;
  const others = rollback?.Output?.others ?? [];
  return [
    ...[ending.headline, gate?.blockers, ...(gate?.explanations ?? []), ...(gate?.notes ?? [])],
    ...[error?.Cause, rollback?.failure?.message, ...others],
  ].join('\n');
}

/** A dump; beside somebody who draws numbers, those of the release stay drawn, so sequences stand elsewhere. */
const comparable = (dump: string, meanwhile: string | undefined): string =>
  meanwhile === undefined ? dump : dump.replace(/^SELECT pg_catalog\.setval\(.*$/gm, '');

function suite(cases: readonly FieldCase[], directory: string, refused: string): void {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(directory);
  });
  afterAll(() => stage.stop());
  afterEach(async () => {
    // settings, prepared transactions and roles belong to the server, not to the database
    await stage.query(`alter system reset all; select pg_reload_conf();
      select format('rollback prepared %L', gid) from pg_prepared_xacts \\gexec
      set default_transaction_read_only = off;
      select format('alter role %I login valid until ''infinity'' connection limit -1', rolname) from pg_roles
      where rolname = 'context_pack_readonly' \\gexec
      select format('alter role %I reset all', rolname) from pg_roles where rolname = 'workflow_admin' \\gexec
      select format('alter role %I in database %I reset all', rolname, current_database()) from pg_roles
      where rolname = 'workflow_admin' \\gexec`);
  });

  it.each(cases)('$file', async ({ prepare, meanwhile, exitCode, text }) => {
    const played = await stage.play({
      prepare,
      ...(meanwhile === undefined ? {} : { meanwhile: { tier: '4', sql: meanwhile, failure: refused } }),
    });
    expect([played.ending.exitCode, shown(played)]).toEqual([exitCode, expect.stringContaining(text)]);
    if (exitCode !== 0 && exitCode !== 14)
      expect(comparable(played.after, meanwhile)).toBe(comparable(played.before, meanwhile));
  });
}

describe('this package on', () => suite(fieldCases(''), packageDirectory, failure.sql));
describe('the package of the orders, which changes rows, on', () => {
  suite(fieldCases('orders'), join(__dirname, '../../examples/orders'), failure.orders);
});
