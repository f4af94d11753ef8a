import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';
import { actingLaterKinds } from '../statement-kinds.ts';

/** A trigger acts later, in other people's transactions; and one that is switched off does not act when it should. */
export const noTriggers: Rule = {
  id: 'no-triggers',
  title: 'No trigger, event trigger or rule is created, and none is switched.',
  fix: 'write the rows in the tier itself',
  good: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note add unique (code);' },
  bad: { file: 'prod/10_structure.sql', part: 'more', sql: 'alter table public.note disable trigger all;' },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements) {
        const made = nodesOf(statement, ...actingLaterKinds).length > 0;
        const switched = nodesOf(statement, 'AlterTableCmd').some(({ subtype }) => /Trig|Rule/.test(String(subtype)));
        if (made || switched)
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} changes what other transactions do`);
      }
  },
};
