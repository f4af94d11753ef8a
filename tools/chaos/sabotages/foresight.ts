import { byTests, type Sabotage } from './sabotage.ts';

/** What is known before anybody is asked, and what a rollback owes to others, is broken. */
export const foresight: readonly Sabotage[] = [
  {
    name: 'a package that breaks a rule is synthesized',
    file: 'lib/house/release-checks.ts',
    find: '  await assertChecked(files, shownFolder(directory));\n',
    put: '',
    check: byTests('test/lib/house/release-checks'),
  },
  {
    name: 'a finding is accepted whatever the plan says',
    file: 'check/accepted.ts',
    find: 'finding.rule === rule && finding.file === file;',
    put: 'finding.rule === rule || finding.file === file;',
    check: byTests('test/check/accepted'),
  },
  {
    name: 'a tier may call any function',
    file: 'check/rules/functions-known.ts',
    find: 'if (!known && !reaching.test(name))',
    put: 'if (!known && reaching.test(name))',
    check: byTests('test/check/field-cases'),
  },
  {
    name: 'an upsert changes no rows',
    file: 'check/effects.ts',
    find: "=== 'ONCONFLICT_UPDATE'",
    put: "=== 'ONCONFLICT_NEVER'",
    check: byTests('test/check/field-cases'),
  },
  {
    name: 'a name in another schema is one of the release',
    file: 'check/parse-sql.ts',
    find: 'return plainSchemas.test(schema) ? name',
    put: "return schema !== '.' ? name",
    check: byTests('test/check/same-names'),
  },
  {
    name: 'a rollback may change rows that were there before',
    file: 'check/rules/existing-rows-stay.ts',
    find: 'for (const script of writers(subject))',
    put: 'for (const script of writingTiers(subject))',
    check: byTests('test/check/same-names'),
  },
  {
    name: 'a prepared transaction passes the gate',
    file: 'sql/runner/foresight.sql',
    find: "l.pid is null and x.locktype = 'transactionid'",
    put: "l.pid is null and x.locktype = 'relation'",
    check: byTests('test/end-to-end/cases'),
  },
  {
    name: 'nobody is told of notifications',
    file: 'sql/runner/foresight.sql',
    find: '((pg_)?notify|triggered_change_notification)',
    put: '(nothing)',
    check: byTests('test/end-to-end/cases'),
  },
  {
    name: 'a number is handed out twice',
    file: 'sql/prod_rollback/numbers_back.sql',
    find: 's.last_value = mark[1]::bigint',
    put: 's.last_value >= mark[1]::bigint',
    check: byTests('test/sql/rollback'),
  },
  {
    name: 'what others change in a relation of the release calls a human',
    file: 'core/ending/changed-sections.ts',
    find: 'return putBack ? `definition of ${relation}` : undefined;',
    put: 'return undefined;',
    check: byTests('test/core/rollback/prove-baseline'),
  },
  {
    name: 'what was removed by hand counts as put back',
    file: 'core/rollback/prove-baseline.ts',
    find: 'return undone || (entries.length > 0 && kept.length < 2);',
    put: 'return undone || entries.length > 0;',
    check: byTests('test/core/rollback/prove-baseline'),
  },
  {
    name: 'a rehearsal that did not begin closes the gate',
    file: 'core/gate/rehearsal-index.ts',
    find: " && shown.result !== 'refused'",
    put: '',
    check: byTests('test/core/gate/rehearsal-index'),
  },
];
