import { type Problem, problemAt, type Rule } from '../rule.ts';

/** It cannot run inside a transaction, and leaves an invalid index behind when it fails. */
export const noConcurrently: Rule = {
  id: 'no-concurrently',
  title: 'Nothing is done CONCURRENTLY.',
  fix: 'build the index on a table of the release, where nobody waits; a large existing table needs its own change',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'create unique index note_code on public.note (code);' },
  bad: {
    file: 'prod/10_structure.sql',
    part: 'more',
    sql: 'create unique index concurrently note_code on public.note (code);',
  },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (/\bconcurrently\b/.test(statement.code))
          yield problemAt(script, statement, 'CONCURRENTLY cannot run in a transaction');
  },
};
