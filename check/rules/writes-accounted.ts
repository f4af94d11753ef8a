import { isChange } from '../effects.ts';
import { refusalBecauseOf, transactionLine } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import type { Statement } from '../statement.ts';
import { writers } from '../subject.ts';

/** A trigger of the application may write elsewhere in our name; the statistics of the transaction tell. */
export const writesAccounted: Rule = {
  id: 'writes-accounted',
  title: 'After its last change, a script refuses rows in relations it did not plan.',
  fix: 'include ../runner/close_tier.sql, which commits',
  good: {
    file: 'prod/20_rows.sql',
    part: 'written',
    sql: "do $written$\nbegin\n  if (select sum(n_tup_ins) from pg_stat_xact_user_tables) > 2 then\n    raise exception 'REFUSING: rows';\n  end if;\nend $written$;",
  },
  bad: { file: 'prod/20_rows.sql', part: 'written', sql: '-- nobody else writes' },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const inside = insideTransaction(script);
      const last = inside.findLast((statement) => statement.within !== 'function' && isChange(statement))?.offset ?? 0;
      const counts = ({ code, offset }: Statement): boolean =>
        offset > last && code.includes('pg_stat_xact_user_tables');
      const accounted = inside.some(({ body }) => refusalBecauseOf(body, counts) !== undefined);
      if (!accounted) yield problemAt(script, transactionLine(script), 'commits without asking what was written');
    }
  },
};
