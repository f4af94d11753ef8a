import { alteredNames } from '../alterations.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import { writingTiers } from '../subject.ts';

/** The rollback drops what the release made. What the release changed, it cannot put back. */
export const existingObjectsStay: Rule = {
  id: 'existing-objects-stay',
  title:
    'A tier neither alters, drops nor renames an object that was there before; owner, grants, comment and label stay too.',
  fix: 'create an object of the release beside it',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: 'drop view public.v_ledger;' },
  *check(subject): Iterable<Problem> {
    for (const script of writingTiers(subject))
      for (const statement of insideTransaction(script))
        for (const name of alteredNames(statement))
          if (name !== 'placeholder_name' && !subject.created.has(name))
            yield problemAt(script, statement, `changes ${name || 'an object'}, which the release did not create`);
  },
};
