import { droppedNames } from '../alterations.ts';
import type { Creation } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { type SqlNode, textAt } from '../parse-sql.ts';
import { namesReachedBy } from '../reach.ts';
import { nodesOf } from '../statement.ts';
import { type PlacedScript, writingTiers } from '../subject.ts';

function drops(undo: PlacedScript, { what, name }: Creation): boolean {
  const ofKind = (node: SqlNode): boolean => textAt(node, 'removeType') === `OBJECT_${what.toUpperCase()}`;
  return undo.statements.some(
    (statement) =>
      nodesOf(statement, 'DropStmt').some(ofKind) &&
      (droppedNames(statement).includes(name) || (statement.dynamic && namesReachedBy(undo, statement).has(name))),
  );
}

/** The full rollback ends with the very same catalogue; whatever it does not drop stays in production for ever. */
export const createdIsDropped: Rule = {
  id: 'created-is-dropped',
  title: 'Every object that a tier creates is dropped by the full rollback.',
  fix: 'add its name to the lists in the full rollback, dependants first',
  good: {
    file: 'prod_rollback/99_rollback_full.sql',
    part: 'work',
    sql: "do $undo$\nbegin\n  delete from public.ledger where created_by = 'PROD_rows';\n  drop view public.v_note;\n  execute format('drop table public.%I', 'note');\nend $undo$;",
  },
  bad: {
    file: 'prod_rollback/99_rollback_full.sql',
    part: 'work',
    sql: "do $undo$\nbegin\n  delete from public.ledger where created_by = 'PROD_rows';\n  drop table public.note;\nend $undo$;",
  },
  *check(subject): Iterable<Problem> {
    const undos = subject.scripts.filter(({ role }) => role === 'undo');
    for (const creation of subject.created.values()) {
      const { what, name, on, statement } = creation;
      const script = writingTiers(subject).find(({ statements }) => statements.includes(statement));
      const belongs = what === 'index' && subject.created.has(on);
      if (script !== undefined && !belongs && !undos.some((undo) => drops(undo, creation)))
        yield problemAt(script, statement, `${what} ${name} is not dropped by the full rollback`);
    }
  },
};
