import { type Problem, problemAt, type Rule } from '../rule.ts';

/** CASCADE removes what nobody has listed, and nothing brings it back. */
export const noCascade: Rule = {
  id: 'no-cascade',
  title: 'No CASCADE, neither in DROP nor in a foreign key.',
  fix: 'name every object and row; what depends on them unseen has to stop the script',
  good: { file: 'prod_rollback/99_rollback_full.sql', part: 'more', sql: '-- drop view public.v_note cascade' },
  bad: { file: 'prod_rollback/99_rollback_full.sql', part: 'more', sql: 'drop view public.v_note cascade;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (/\bcascade\b/.test(statement.code)) yield problemAt(script, statement, 'CASCADE reaches what is not named');
  },
};
