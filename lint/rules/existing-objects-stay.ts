import { droppedNames } from '../effects.ts';
import { textAt } from '../parse-sql.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import { nodesOf, type Statement } from '../statement.ts';
import { writingTiers } from '../subject.ts';

function changedNames(statement: Statement): string[] {
  const altered = nodesOf(statement, 'AlterTableStmt', 'RenameStmt', 'RefreshMatViewStmt').map((node) =>
    textAt(node, 'relation', 'relname'),
  );
  const sequences = nodesOf(statement, 'AlterSeqStmt').map((node) => textAt(node, 'sequence', 'relname'));
  return [...altered, ...sequences, ...droppedNames(statement)].filter(
    (name) => name !== '' && name !== 'placeholder_name',
  );
}

/** The rollback drops what the release made. What the release changed, it cannot put back. */
export const existingObjectsStay: Rule = {
  id: 'existing-objects-stay',
  title: 'A tier neither alters, renames nor drops an object that was there before.',
  fix: 'create an object of the release beside it',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'drop view public.v_ledger;' },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject))
      for (const statement of insideTransaction(script))
        for (const name of changedNames(statement))
          if (!subject.created.has(name))
            yield problemAt(script, statement, `changes ${name}, which the release did not create`);
  },
};
