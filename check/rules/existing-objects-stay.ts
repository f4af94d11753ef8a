import { alteredNames } from '../alterations.ts';
import { textAt } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import { nodesOf, type Statement } from '../statement.ts';
import { type Subject, writers } from '../subject.ts';

/** A statement that does nothing but add columns that the plan names to a table that was there before. */
function addsAsPlanned(statement: Statement, { plan }: Subject): boolean {
  const [table, ...more] = nodesOf(statement, 'AlterTableStmt');
  const planned =
    plan.existing.find(({ relation }) => relation === textAt(table, 'relation', 'relname'))?.columns ?? [];
  return (
    table !== undefined &&
    more.length === 0 &&
    nodesOf(statement, 'AlterTableCmd').every(
      (command) =>
        textAt(command, 'subtype') === 'AT_AddColumn' &&
        planned.includes(textAt(command, 'def', 'ColumnDef', 'colname')),
    )
  );
}

/** The rollback drops what the release made. Of what the release changed, it puts back only what the plan names. */
export const existingObjectsStay: Rule = {
  id: 'existing-objects-stay',
  title:
    'Neither a tier nor a rollback alters, drops or renames an object that was there before, but for columns that the plan adds; owner, grants, comment and label stay too.',
  fix: 'create an object of the release beside it, or name the new column under existing in release.json',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'drop view public.v_ledger;' },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject))
      for (const statement of insideTransaction(script))
        for (const name of alteredNames(statement))
          if (name !== 'placeholder_name' && !subject.created.has(name) && !addsAsPlanned(statement, subject))
            yield problemAt(script, statement, `changes ${name || 'an object'}, which the release did not create`);
  },
};
