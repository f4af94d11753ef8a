import { type Problem, problemAt, type Rule } from '../rule.ts';
import { isBegin, isCommit } from '../script.ts';
import { writers } from '../subject.ts';

/** All or nothing: that is what makes every tier reversible by doing nothing. */
export const oneTransaction: Rule = {
  id: 'one-transaction',
  title: 'A file that writes is exactly one BEGIN … READ WRITE … COMMIT.',
  fix: 'keep one BEGIN TRANSACTION … READ WRITE before the guards and one COMMIT after the assertions',
  good: { file: 'prod/20_rows.sql', part: 'commit', sql: 'commit;' },
  bad: { file: 'prod/20_rows.sql', part: 'commit', sql: 'commit;\nbegin transaction read write;\ncommit;' },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const [begins, commits] = [script.sent.filter(isBegin), script.sent.filter(isCommit)];
      const [begin, commit] = [begins[0], commits[0]];
      if (begin === undefined || commit === undefined || commit.offset < begin.offset)
        yield problemAt(script, begin ?? { line: 1 }, 'has no BEGIN that is followed by a COMMIT');
      for (const extra of [...begins.slice(1), ...commits.slice(1)])
        yield problemAt(script, extra, `has another ${extra.verb.toUpperCase()}`);
      if (begin !== undefined && !/read write/i.test(begin.text))
        yield problemAt(script, begin, 'BEGIN does not say READ WRITE');
    }
  },
};
