import { tagColumn } from '../conventions.ts';
import { ownInserts, tagOf } from '../release-rows.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { reachableNames } from '../script.ts';
import { writingTiers } from '../subject.ts';

const insert = (columns: string, values: string): string => `insert into public.note (${columns}) values (${values});`;

/** The rollback knows the release's rows by their tag: it refuses rows without one as somebody else's. */
export const rowsAreTagged: Rule = {
  id: 'rows-are-tagged',
  title: `Rows get a constant tag in ${tagColumn} that the full rollback knows.`,
  fix: `fill ${tagColumn} with the tier's tag, and name the tag in the full rollback`,
  good: { file: 'prod/20_rows.sql', part: 'more', sql: insert('code, created_by', "'two', 'PROD_rows'") },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: insert('code, created_by', "'two', 'PROD_unknown'") },
  *check(subject): Iterable<Problem> {
    const known = new Set(
      subject.scripts.filter(({ role }) => role === 'undo').flatMap((script) => [...reachableNames(script)]),
    );
    for (const script of writingTiers(subject))
      for (const write of ownInserts(subject, script)) {
        const columns = subject.created.get(write.relation)?.columns;
        if (columns !== undefined && !columns.includes(tagColumn)) continue;
        const tag = tagOf(script, write);
        if (tag === '')
          yield problemAt(script, write.statement, `rows in ${write.relation} have no constant ${tagColumn}`);
        else if (!known.has(tag))
          yield problemAt(script, write.statement, `the full rollback does not know the tag ${tag}`);
      }
  },
};
