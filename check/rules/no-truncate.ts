import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';

/** It empties a table whoever wrote the rows, fires no row trigger and is not counted in the statistics. */
export const noTruncate: Rule = {
  id: 'no-truncate',
  title: 'No TRUNCATE.',
  fix: 'delete the rows that carry the tag of the release',
  good: {
    file: 'prod_rollback/per_tier_rollback.sql',
    part: 'more',
    sql: "delete from note where created_by = 'PROD_more';",
  },
  bad: { file: 'prod_rollback/per_tier_rollback.sql', part: 'more', sql: 'truncate note;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (nodesOf(statement, 'TruncateStmt').length > 0)
          yield problemAt(script, statement, 'TRUNCATE empties a table');
  },
};
