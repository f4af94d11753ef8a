import { writesOf } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** Without WHERE it is every row, also the ones that others wrote. */
export const qualifiedWrites: Rule = {
  id: 'qualified-writes',
  title: 'Every UPDATE and DELETE has a WHERE.',
  fix: 'say which rows: by the tag, or by the keys that the tier wrote',
  good: {
    file: 'prod_rollback/per_tier_rollback.sql',
    part: 'more',
    sql: "delete from public.note where created_by = 'PROD_more';",
  },
  bad: { file: 'prod_rollback/per_tier_rollback.sql', part: 'more', sql: 'delete from public.note;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        for (const { verb, relation, qualified } of writesOf(statement))
          if (!qualified) yield problemAt(script, statement, `${verb.toUpperCase()} of every row of ${relation}`);
  },
};
