import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';
import { clusterKinds } from '../statement-kinds.ts';

/** Maintenance and cluster-wide commands either refuse to run in a transaction or reach beyond the one database. */
export const runsInTransaction: Rule = {
  id: 'runs-in-transaction',
  title: 'No VACUUM, REINDEX, CLUSTER, CHECKPOINT, ALTER SYSTEM, and nothing about databases, roles or tablespaces.',
  fix: 'leave maintenance and cluster-wide changes to the database administrator',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'select count(*) from note;' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'vacuum note;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (nodesOf(statement, ...clusterKinds).length > 0)
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} does not belong into a release`);
  },
};
