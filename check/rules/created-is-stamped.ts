import { type Problem, problemAt, type Rule } from '../rule.ts';
import { type SqlNode, textAt } from '../parse-sql.ts';
import { namesReachedBy } from '../reach.ts';
import { nodesOf, type Statement } from '../statement.ts';
import { type PlacedScript, writingTiers } from '../subject.ts';

function comments(script: PlacedScript, name: string): boolean {
  const stamps = (statement: Statement, node: SqlNode): boolean =>
    statement.dynamic
      ? namesReachedBy(script, statement).has(name)
      : JSON.stringify(node['object']).includes(`"${name}"`) && textAt(node, 'comment').includes('run=');
  return script.statements.some((statement) =>
    nodesOf(statement, 'CommentStmt').some((node) => stamps(statement, node)),
  );
}

/** The stamp says which run made an object; without it neither the next tier nor the rollback may touch it. */
export const createdIsStamped: Rule = {
  id: 'created-is-stamped',
  title: 'Every object that a tier creates gets the stamp of its run in the same file.',
  fix: 'add its name to `creates` in release.json, run `npm run update`, and include ../runner/stamp_objects.sql',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'create index note_code on public.note (code);' },
  bad: {
    file: 'prod/10_structure.sql',
    part: 'work',
    sql: "create table public.note (code text primary key, created_by text not null);\ncreate view public.v_note as select code from public.note;\ncomment on table public.note is 'one-roof run=1 state=applying';",
  },
  *check(subject): Iterable<Problem> {
    for (const { what, name, on, statement } of subject.created.values()) {
      const script = writingTiers(subject).find(({ statements }) => statements.includes(statement));
      const belongs = what === 'index' && subject.created.has(on);
      if (script !== undefined && !belongs && !comments(script, name))
        yield problemAt(script, statement, `${what} ${name} carries no stamp`);
    }
  },
};
