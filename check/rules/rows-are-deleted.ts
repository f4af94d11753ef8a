import { writesOf } from '../effects.ts';
import { ownInserts, tagOf } from '../release-rows.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { type Subject, writingTiers } from '../subject.ts';

function deletes(subject: Subject, relation: string, tag: string): boolean {
  return subject.scripts
    .filter(({ role }) => role === 'undo')
    .flatMap(({ statements }) => statements)
    .some((statement) =>
      writesOf(statement).some(
        (write) => write.verb === 'delete' && write.relation === relation && statement.literals.includes(tag),
      ),
    );
}

/** Rows in the release's own tables go with the tables; rows anywhere else have to be deleted. */
export const rowsAreDeleted: Rule = {
  id: 'rows-are-deleted',
  title: 'Rows in a table that was there before are deleted by the full rollback, by their tag.',
  fix: 'add delete from <table> where created_by = <tag> to the full rollback',
  good: {
    file: 'prod_rollback/99_rollback_full.sql',
    part: 'work',
    sql: "do $undo$\nbegin\n  delete from public.ledger where created_by = 'PROD_rows' and code <> '';\n  drop view public.v_note;\n  drop table public.note;\nend $undo$;",
  },
  bad: {
    file: 'prod_rollback/99_rollback_full.sql',
    part: 'work',
    sql: "do $undo$\nbegin\n  perform set_config('one_roof.tags', 'PROD_rows', true);\n  drop view public.v_note;\n  drop table public.note;\nend $undo$;",
  },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject))
      for (const write of ownInserts(subject, script)) {
        const tag = tagOf(script, write);
        if (subject.created.has(write.relation) || tag === '' || deletes(subject, write.relation, tag)) continue;
        yield problemAt(script, write.statement, `rows in ${write.relation} are not deleted by the full rollback`);
      }
  },
};
