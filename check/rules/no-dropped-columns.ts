import { forbid, nodes } from '../forbid.ts';

/** The values of a dropped column are gone for good, and its place in the table too. */
export const noDroppedColumns = forbid({
  id: 'no-dropped-columns',
  title: 'No column is dropped.',
  fix: 'stop reading it, and drop it by hand when nobody needs the way back any more',
  looksFor: [
    nodes(
      ['AlterTableCmd'],
      'drops a column, whose values nothing brings back',
      ({ subtype }) => subtype === 'AT_DropColumn',
    ),
  ],
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note drop column code;' },
});
