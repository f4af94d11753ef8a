import { rowsWritten } from '../release-rows.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writingTiers } from '../subject.ts';

/** A row that was changed or deleted cannot be brought back by a script that does not know what it was. */
export const existingRowsStay: Rule = {
  id: 'existing-rows-stay',
  title: 'A tier neither updates nor deletes rows of a table that was there before.',
  fix: 'add rows of your own, in a table of the release if need be',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: "update public.note set code = 'two' where code = 'one';" },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "update public.ledger set code = 'two' where code = 'one';" },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject))
      for (const { verb, relation, statement } of rowsWritten(subject, script))
        if (verb !== 'insert' && !subject.created.has(relation))
          yield problemAt(
            script,
            statement,
            `${verb.toUpperCase()} of rows in ${relation}, which the release did not create`,
          );
  },
};
