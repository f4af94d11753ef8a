import { listAt, type SqlNode, textAt } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { variablesOf } from '../script.ts';
import { nodesOf, type Statement } from '../statement.ts';

/** Statements whose relation stands beside them in the tree, without a node of its own. */
const bearers = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CreateStmt', 'IndexStmt', 'AlterTableStmt'];

/** The relations that a statement names without a schema, but for its own WITH queries and PostgreSQL's own. */
function unqualified(statement: Statement): string[] {
  const own = new Set(nodesOf(statement, 'CommonTableExpr').map((node) => textAt(node, 'ctename')));
  const borne = nodesOf(statement, ...bearers).map((node) => node['relation']);
  const viewed = nodesOf(statement, 'ViewStmt').map((node) => node['view']);
  const listed = nodesOf(statement, 'LockStmt', 'TruncateStmt').flatMap((node) => listAt(node, 'relations'));
  const named: readonly unknown[] = [...nodesOf(statement, 'RangeVar'), ...borne, ...viewed, ...listed];
  return named
    .filter((node): node is SqlNode => textAt(node, 'relname') !== '' && textAt(node, 'schemaname') === '')
    .map((node) => textAt(node, 'relname'))
    .filter((name) => !own.has(name) && !name.startsWith('pg_') && !name.startsWith('placeholder'));
}

/** A name without a schema means whatever the path finds first, and nothing at all with the path that is pinned. */
export const namesQualified: Rule = {
  id: 'names-qualified',
  title: "Every relation is named with its schema, but for WITH queries and PostgreSQL's own.",
  fix: 'write public.<name>',
  good: {
    file: 'checks/gate.sql',
    part: 'more',
    sql: 'with note as (select 1 as n) select n as many from note \\gset',
  },
  bad: { file: 'checks/gate.sql', part: 'more', sql: 'select count(*) as many from note \\gset' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        for (const name of new Set(unqualified(statement)))
          if (!variablesOf(script).has(name)) yield problemAt(script, statement, `names ${name} without its schema`);
  },
};
