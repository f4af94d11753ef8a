import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isBegin, isCommit, transactionKind } from '../script.ts';

/** A COMMIT in a body, a ROLLBACK or a chained COMMIT breaks the one transaction into parts. */
export const noTransactionControl: Rule = {
  id: 'no-transaction-control',
  title: 'No ROLLBACK, SAVEPOINT, PREPARE or AND CHAIN, and no COMMIT inside a body.',
  fix: 'let the one COMMIT at the end decide; catch what may fail in a BEGIN … EXCEPTION block',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: 'do $more$\nbegin\n  perform 1;\nend $more$;' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'savepoint halfway;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements) {
        const kind = transactionKind(statement);
        const plain =
          statement.within === 'script' &&
          (isBegin(statement) || isCommit(statement)) &&
          !statement.code.includes(' chain');
        if (kind !== '' && !plain)
          yield problemAt(script, statement, `${statement.text.toUpperCase()} controls the transaction`);
      }
  },
};
