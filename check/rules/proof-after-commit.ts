import { printingStatements } from '../proof-template.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isCommit } from '../script.ts';

/** Printed before COMMIT, the line would also be there when the COMMIT fails. */
export const proofAfterCommit: Rule = {
  id: 'proof-after-commit',
  title: 'The proof line is printed after COMMIT only.',
  fix: 'print it once, from a query after COMMIT',
  good: { file: 'prod/20_rows.sql', part: 'proof', sql: "select format('rows=%s', count(*)) from public.note;" },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "select format('rows=%s', count(*)) from public.note;" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      const commit = script.sent.findLast(isCommit);
      if (commit === undefined) continue;
      for (const statement of printingStatements(script))
        if (statement.offset < commit.offset) yield problemAt(script, statement, 'prints the proof line before COMMIT');
    }
  },
};
