import { forbid, nodes } from '../forbid.ts';

/** PostgreSQL has no way to take an enum value away again. */
export const noEnumValues = forbid({
  id: 'no-enum-values',
  title: 'No enum gets another value.',
  fix: 'use a table of values; or add it by hand before the release, which then finds it there and builds on it',
  looksFor: [nodes(['AlterEnumStmt'], 'adds what cannot be taken away')],
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/10_structure.sql', part: 'more', sql: "alter type public.note add value 'calm';" },
});
