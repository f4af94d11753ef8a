import { ownInserts, rowsWritten } from '../release-rows.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import type { Write } from '../effects.ts';
import type { Script } from '../script.ts';
import { keeps, type PlacedScript, type Subject, writers, writingTiers } from '../subject.ts';

/** Whether a tier changes rows as the plan says, and keeps what they were. */
function changesAsPlanned({ plan }: Subject, script: Script, { verb, relation }: Write): boolean {
  const rows = plan.existing.find((entry) => entry.relation === relation)?.rows;
  return rows === `${verb}d` && keeps(script, 'rows');
}

/** A rollback deletes what a tier inserted there; which rows, is the business of other rules. */
function takesBack(subject: Subject, script: PlacedScript, { verb, relation }: Write): boolean {
  const inserted = writingTiers(subject).flatMap((tier) => ownInserts(subject, tier));
  return script.role !== 'tier' && verb === 'delete' && inserted.some((write) => write.relation === relation);
}

/** A row that was changed or deleted cannot be brought back by a script that does not know what it was. */
export const existingRowsStay: Rule = {
  id: 'existing-rows-stay',
  title:
    'Tiers and rollbacks change and delete rows of a table that was there before only as the plan says, and keep what they were; a rollback adds none.',
  fix: 'name the table under existing with rows and key, and include ../runner/keep/rows.sql before and keep/after.sql behind',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: "update public.note set code = 'two' where code = 'one';" },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "update public.ledger set code = 'two' where code = 'one';" },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject))
      for (const write of rowsWritten(subject, script)) {
        const { verb, relation, statement } = write;
        const adds = verb === 'insert' && script.role === 'tier';
        if (adds || subject.created.has(relation) || takesBack(subject, script, write)) continue;
        if (!changesAsPlanned(subject, script, write))
          yield problemAt(
            script,
            statement,
            `${verb.toUpperCase()} of rows in ${relation}, which the release did not create`,
          );
      }
  },
};
