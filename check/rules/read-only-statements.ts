import { isChange } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** Also what READ ONLY would refuse at run time: better to know before it is sent. */
export const readOnlyStatements: Rule = {
  id: 'read-only-statements',
  title: 'A script that the plan calls read-only changes neither rows nor catalogue.',
  fix: 'move the statement into a tier, or say `mutates` in release.json',
  good: { file: 'checks/gate.sql', part: 'more', sql: 'select count(*) as n from public.ledger \\gset' },
  bad: { file: 'checks/gate.sql', part: 'more', sql: "update public.note set code = 'two' where code = 'one';" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.writes ? [] : script.statements)
        if (isChange(statement))
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} in a script that only reads`);
  },
};
