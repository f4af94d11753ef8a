import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rollbackOutcome } from '../../cli/execution/ending-of-history.ts';
import { DRIFT } from '../../core/base/evidence-key.ts';
import { chainProblems } from '../../core/evidence/chain.ts';
import { parseEntries } from '../../core/evidence/parse-entries.ts';
import { copyDatabase } from '../../local/postgres/copy-database.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import type { Drift } from '../../local/driver/single-steps.ts';
import { oneRoof } from '../cli/stage.ts';
import { nextRequests, writeNextPackage } from '../next-package.ts';
import { openFor } from './release-suite.ts';
import { packageDirectory, releaseOn, type Stage } from './stage.ts';

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

/** What makes the next package replace a view of One-Roof's, and change a row of its. */
const changing = [
  [
    'release.json',
    [
      '"creates": { "tables": ["greetings"]',
      `"keeps": "next_kept",
  "existing": [{ "relation": "coverage_rule", "lock": "access exclusive", "rows": "updated", "key": "rule_code" }],
  "replaces": { "views": ["v_ui_lane"] },
  "triggers": ["evt_trigger_guard_ddl", "evt_trigger_guard_drop"],
  "creates": { "tables": ["next_kept", "greetings"]`,
    ],
    ['"reads": ["axis_registry"]', '"reads": ["axis_registry", "v_ui_lane", "v_ui_object_topic"]'],
  ],
  [
    'tiers/10_structure.sql',
    ["writes 'greetings'", "writes 'greetings,coverage_rule,next_kept'"],
    ["locks ''", "locks 'coverage_rule=access exclusive'"],
    ['create table public.greetings', '\\ir ../runner/keep/table.sql\ncreate table public.greetings'],
    [
      'do $after$',
      `\\set keep_tier 1
\\set keep_definitions v_ui_lane
\\ir ../runner/keep/definitions.sql
create or replace view public.v_ui_lane as
select lane, count(*) as edges, 2 * count(*) as ends from public.v_ui_object_topic group by lane;
\\set keep_relation coverage_rule
\\set keep_where 'rule_code = $$CR-RESP-ALL$$'
\\ir ../runner/keep/rows.sql
update public.coverage_rule set staleness_days = 30 where rule_code = 'CR-RESP-ALL';
\\ir ../runner/keep/after.sql
do $after$`,
    ],
  ],
  [
    'undo/undo.sql',
    ["writes ''", "writes 'coverage_rule,next_kept'"],
    ["reads 'release_requests'", "reads 'release_requests axis_registry coverage_rule v_ui_lane v_ui_object_topic'"],
    [
      '\\ir ../runner/undo/drop_tables.sql',
      "\\set put_back_tier ''\n\\ir ../runner/keep/put_back.sql\n\\ir ../runner/undo/drop_tables.sql",
    ],
  ],
] as const;

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

  describe('beside a later release, which requires it, and changes what it made', () => {
    const folder = mkdtempSync(join(tmpdir(), 'one-roof-next-'));
    const directory = join(folder, 'next');
    let next: Runtime;
    let run: string;

    beforeAll(async () => {
      await writeNextPackage(directory, changing);
      const { server, runtime } = stage();
      await stage().query(nextRequests);
      const { evidenceFolder } = runtime;
      const notifier = { notify: () => Promise.resolve() };
      next = await startRuntime({ server, packageDirectory: directory, evidenceFolder, notifier });
      const { ending, runId } = await releaseOn(next, 'REQ-1');
      expect(ending).toMatchObject({ name: 'released', headline: 'ROLLOUT COMPLETE — ALL TIERS PASSED' });
      run = runId;
      await copyDatabase(server, { from: 'directus', to: 'both' });
    });
    beforeEach(() => copyDatabase(stage().server, { from: 'both', to: 'directus' }));
    afterAll(async () => {
      await next.stop();
      rmSync(folder, { recursive: true });
    });

    /** What the command says of either package: exit code, first word, and what differs. */
    const drift = async (of: string) => {
      const { server, runtime } = stage();
      const where = ['--url', server.url('directus'), '--report-dir', runtime.evidenceFolder, '--package', of];
      const { exitCode, stdout, stderr } = await oneRoof('drift', ...where);
      const lines = (text: string) => text.split('\n').filter((line) => line.startsWith('  '));
      return { exitCode, found: lines(stdout), planned: lines(stderr).map((line) => line.trim()) };
    };
    const planned = [
      'planned by a later release: view v_ui_lane: definition changed.',
      'planned by a later release: table coverage_rule: row with key CR-RESP-ALL changed.',
    ];

    it('finds no drift of either: what the later plan says is planned', async () => {
      expect(await drift(packageDirectory)).toEqual({ exitCode: 0, found: [], planned });
      expect(await drift(directory)).toEqual({ exitCode: 0, found: [], planned: [] });
    });

    it.each([
      [
        'what the later release does not touch',
        'alter view v_ui_topic_tree owner to directus',
        '  view v_ui_topic_tree: owner (workflow_admin → directus) and grants changed.',
      ],
      [
        'what no plan can say of what it replaced',
        'grant insert on v_ui_lane to public',
        '  view v_ui_lane: grants changed.',
      ],
    ])('finds and names an unplanned change of %s', async (_what, change, found) => {
      await stage().query(change);
      expect(await drift(packageDirectory)).toMatchObject({ exitCode: 17, found: [found] });
    });

    it('finds and names an unplanned change of the later release alone', async () => {
      await stage().query("update greetings set greeting = 'bye'");
      expect(await drift(packageDirectory)).toMatchObject({ exitCode: 0, found: [] });
      const found = ['  table greetings: row with key hello is missing.'];
      expect(await drift(directory)).toEqual({ exitCode: 17, found, planned: [] });
    });

    it('finds nothing of the first, and nothing planned, when the later one was undone', async () => {
      const { stepFunctions, rollbackArn } = next;
      const undo = stepFunctions.startExecution({
        stateMachineArn: rollbackArn,
        input: JSON.stringify({ undoReleased: run }),
      });
      expect(rollbackOutcome((await stepFunctions.finished(undo.executionArn)).output)).toBe('rolled_back');
      expect(await drift(packageDirectory)).toEqual({ exitCode: 0, found: [], planned: [] });
      expect(await next.checkDrift()).toMatchObject({ outcome: 'nothing_sealed' });
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
