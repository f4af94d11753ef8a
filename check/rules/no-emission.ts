import { callsOf, writesOf } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf, type Statement } from '../statement.ts';

const notifies = (statement: Statement): boolean =>
  nodesOf(statement, 'NotifyStmt').length > 0 || callsOf(statement).includes('pg_notify');

/** What is sent cannot be taken back: others act on it before any rollback. */
export const noEmission: Rule = {
  id: 'no-emission',
  title: 'Nothing is written to a table on whose rows others act at once (emits in the plan), and nothing is notified.',
  fix: 'record it in a table of the release; sending is a step of its own, with its own approval',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: 'select count(*) as n from public.outbox \\gset' },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "insert into public.outbox (event_type) values ('done');" },
  *check({ scripts, plan }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements) {
        const write = writesOf(statement).find(({ relation }) => plan.emits.includes(relation));
        if (write !== undefined)
          yield problemAt(script, statement, `${write.verb.toUpperCase()} into ${write.relation}`);
        if (notifies(statement)) yield problemAt(script, statement, 'notifies listeners');
      }
  },
};
