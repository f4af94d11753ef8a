import { join } from 'node:path';
import { DRIFT } from '../../core/base/evidence-key.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { parseEntries } from '../../core/evidence/parse-entries.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import type { Drift } from '../../local/driver/single-steps.ts';
import { oneRoof } from '../cli/stage.ts';
import { openFor } from './release-suite.ts';
import { packageDirectory, type Stage } from './stage.ts';

/** What somebody does to a sealed release, and what the watch says then. */
type Case = readonly [what: string, change: string, says: readonly string[]];

/** Each change of a sealed database is found and named. */
function findsEach(stage: () => Stage, database: string, cases: readonly Case[]): void {
  const copy = (from: string, to: string) => copyDatabase(stage().server, { from, to });

  beforeAll(async () => {
    expect(await stage().play()).toMatchObject({ ending: { name: 'released' } });
    await copy(database, 'sealed');
  });
  afterEach(() => copy('sealed', database));

  it('finds nothing behind the seal', async () => {
    expect(await stage().runtime.checkDrift()).toMatchObject({ outcome: 'as_sealed', differences: [] });
  });

  it.each(cases)('names %s', async (_what, change, says) => {
    await stage().query(change);
    const { outcome, differences } = await stage().runtime.checkDrift();
    expect(differences).toEqual(says);
    expect(outcome).toBe(says.length === 0 ? 'as_sealed' : 'drifted');
  });
}

describe('one-roof', () => {
  const stage = openFor(packageDirectory);
  const noted = 'create function public.noted() returns trigger language plpgsql as $$ begin return new; end $$;';

  findsEach(stage, 'directus', [
    [
      'a function',
      'alter function fn_governance_scan(text, text) cost 7',
      ['function fn_governance_scan(text, text): definition changed.'],
    ],
    ['a view under another name', 'alter view v_ui_lane rename to v_ui_lanes', ['view v_ui_lane: is gone.']],
    [
      'an owner',
      'alter view v_ui_lane owner to directus',
      ['view v_ui_lane: owner (workflow_admin → directus) and grants changed.'],
    ],
    ['a grant', 'grant insert on axis_registry to public', ['table axis_registry: grants changed.']],
    [
      'an index, a constraint and an option',
      'create index strange on axis_value (axis_code); alter table axis_value add check (true), set (fillfactor = 50)',
      ['table axis_value: constraints, indexes and options changed.'],
    ],
    [
      'a trigger',
      `${noted} create trigger noted after insert on axis_value for each row execute function public.noted()`,
      ['table axis_value: triggers changed.'],
    ],
    [
      'a comment, which changes nothing else',
      "comment on column axis_value.axis_code is 'strange'",
      ['table axis_value: only its comment changed; it does what it did.'],
    ],
    [
      'a row, by its key',
      "update axis_value set created_by = 'somebody' where value_code = 'kg-domain-x'",
      ['table axis_value: row with key topic/kg-domain-x changed.'],
    ],
    [
      'a row that is gone',
      "delete from coverage_rule where rule_code = 'CR-RESP-ALL'",
      ['table coverage_rule: row with key CR-RESP-ALL is missing.'],
    ],
    [
      'a row that it put into a table of others',
      "update governance_object_ownership set audit_ref = 'x' where id = (select min(id) from governance_object_ownership)",
      [expect.stringMatching(/^table governance_object_ownership: row with key [0-9]+ changed\.$/) as string],
    ],
    [
      'a column, and does not compare rows that have another shape',
      'alter table axis_registry add strange integer',
      ['table axis_registry: definition changed.'],
    ],
    ['no row that is written again as it was', 'update axis_value set status = status', []],
    ['no row that came later, and no finding of a later scan', 'select fn_governance_scan()', []],
    ['no figure of the planner', 'analyze', []],
  ]);

  it('notes what it finds once, and nothing that it found before', async () => {
    const store = createEvidenceFolder(stage().runtime.evidenceFolder);
    const before = (await store.list(DRIFT)).length;
    await stage().runtime.checkDrift();
    expect(await store.list(DRIFT)).toHaveLength(before);
    await stage().query("comment on view v_ui_lane is 'strange'");
    for (const _again of [1, 2])
      expect(await stage().runtime.checkDrift()).toMatchObject({
        outcome: 'drifted',
        differences: ['view v_ui_lane: only its comment changed; it does what it did.'],
      });
    const entries = await store.list(DRIFT);
    expect(entries).toHaveLength(before + 1);
    expect(chainProblems(entries.map(({ text }) => text))).toEqual([]);
    expect(parseEntries(entries).at(-1)?.facts).toMatchObject({ outcome: 'drifted' } satisfies Partial<Drift>);
  });

  it('is a command, which says what it found by its exit code too', async () => {
    const { server, runtime } = stage();
    const drift = () => oneRoof('drift', '--url', server.url('directus'), '--report-dir', runtime.evidenceFolder);
    await stage().query('grant select on v_ui_lane to public');
    expect(await drift()).toMatchObject({
      exitCode: 17,
      stdout: expect.stringMatching(
        /^DRIFT: found\|run [0-9a-f]{12}\n {2}view v_ui_lane: grants changed\.\n$/,
      ) as string,
    });
    await stage().fresh();
    expect(await drift()).toMatchObject({
      exitCode: 17,
      stdout: expect.stringContaining('table axis_value: is gone.') as string,
    });
  });
});

describe('orders', () => {
  findsEach(openFor(join(__dirname, '../../examples/orders')), 'shop', [
    [
      'a view that it replaced',
      'alter view open_orders set (security_invoker)',
      ['view open_orders: options changed.'],
    ],
    [
      'a column and an index that it added to a table of others',
      'alter table orders alter due_on set default now(); alter index orders_due set (fillfactor = 50)',
      ['column orders.due_on: definition changed.', 'index orders.orders_due: definition changed.'],
    ],
    [
      'a row of its table, by its key',
      'update order_days set orders = orders + 1 where ctid = (select min(ctid) from order_days)',
      [expect.stringMatching(/^table order_days: row with key \S+ changed\.$/) as string],
    ],
    ['no other row of such a table', 'update orders set currency = currency', []],
    ['no other column of such a table', 'alter table orders add strange integer', []],
  ]);
});
