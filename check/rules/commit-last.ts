import { isChange } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import { writers } from '../subject.ts';

/** What is changed outside the transaction stays when the transaction is rolled back. */
export const commitLast: Rule = {
  id: 'commit-last',
  title: 'Nothing is changed before BEGIN or after COMMIT.',
  fix: 'move the statement into the transaction',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'select count(*) from public.note;' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: "comment on table public.note is 'late';" },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const inside = new Set(insideTransaction(script));
      for (const statement of script.statements)
        if (statement.within !== 'function' && isChange(statement) && !inside.has(statement))
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} outside the transaction`);
    }
  },
};
