import { type Problem, problemAt, type Rule } from '../rule.ts';

/** A mistake of grammar should be found at a desk, not in production. Dynamic SQL is only known when it runs. */
export const sqlParses: Rule = {
  id: 'sql-parses',
  title: "Every statement is one that PostgreSQL's own parser reads.",
  fix: 'mend the statement',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'select count(*) from public.ledger;' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: 'select count(* from public.ledger);' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (statement.parsed.error !== undefined) yield problemAt(script, statement, statement.parsed.error);
  },
};
