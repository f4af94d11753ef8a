import type { SqlNode } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';

const kinds =
  'CreateStmt CreateTableAsStmt CreateSeqStmt CreateSchemaStmt CreateExtensionStmt CreateFunctionStmt CreateTrigStmt IndexStmt ViewStmt RuleStmt AlterTableCmd'.split(
    ' ',
  );
const lenient = (node: SqlNode): boolean =>
  node['if_not_exists'] === true ||
  node['replace'] === true ||
  (node['subtype'] === 'AT_AddColumn' && node['missing_ok'] === true);

/** An object that is there already is somebody else's: it must stop the release, not be adopted or replaced. */
export const noIfNotExists: Rule = {
  id: 'no-if-not-exists',
  title: 'No IF NOT EXISTS and no OR REPLACE.',
  fix: 'create it plainly; the guard before it refuses what is there already',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'create index note_code on public.note (code);' },
  bad: {
    file: 'prod/10_structure.sql',
    part: 'more',
    sql: 'create index if not exists note_code on public.note (code);',
  },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (nodesOf(statement, ...kinds).some(lenient))
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} takes what is there already`);
  },
};
