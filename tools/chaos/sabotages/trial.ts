import { byTests, type Sabotage } from './sabotage.ts';

/** What keeps a trial from keeping anything, or from being believed too easily, is broken. */
export const trial: readonly Sabotage[] = [
  {
    name: 'a trial can commit',
    file: 'sql/prod/98_trial.sql',
    find: '::text)::int4;',
    put: '::text)::text;',
    check: byTests('test/sql/trial'),
  },
  {
    name: 'a trial goes on without its cursor',
    file: 'sql/prod/98_trial.sql',
    find: "if not exists (select from pg_cursors where name = 'one_roof_never_commits' and is_holdable) then",
    put: 'if false then',
    times: 14,
    check: byTests('test/sql/trial'),
  },
  {
    name: 'a trial does not look at what release and undo leave behind',
    file: 'sql/prod/98_trial.sql',
    find: 'if changed is not null then',
    put: 'if false then',
    check: byTests('test/sql/trial'),
  },
  {
    name: 'a trial believes a script that printed no proof',
    file: 'sql/prod/98_trial.sql',
    find: "if trial ->> 'lines' !~ ('(?n)' || proof) then",
    put: 'if false then',
    check: byTests('test/sql/trial'),
  },
  {
    name: 'a trial keeps the numbers that it drew',
    file: 'sql/prod/98_trial.sql',
    find: "execute format('alter sequence %s restart', drawn.name);",
    put: '',
    check: byTests('test/sql/trial'),
  },
  {
    name: 'a release whose trial failed is called rolled back at the preflight',
    file: 'core/ending/ending.ts',
    find: "  if (outcome === 'nothing_to_roll_back' && trial === undefined) return 'would_not_end_well';\n",
    put: '',
    check: byTests('test/core/ending'),
  },
  {
    name: 'the fence leaves a trial at work',
    file: 'core/rollback/release-history.ts',
    find: 'return entered.some(({ name }) => name === states.trial) &&',
    put: 'return entered.some(({ name }) => name === states.fence) &&',
    check: byTests('test/faults/fence'),
  },
  {
    name: 'a tier may write rows that no rollback proves',
    file: 'sql/runner/close_tier.sql',
    find: "then 'that release.json neither creates nor names as written'",
    put: 'then null',
    check: byTests('test/sql/guards'),
  },
  {
    name: "what is left of a run is taken for somebody else's",
    file: 'core/ending/changed-sections.ts',
    find: ", ...lines(after['ours'])]",
    put: ']',
    check: byTests('test/core/rollback/prove-baseline'),
  },
];
