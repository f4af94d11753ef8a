import { callsOf, isChange } from '../effects.ts';
import { refusalBecauseOf } from '../guards.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { insideTransaction } from '../script.ts';
import type { Statement } from '../statement.ts';
import { type PlacedScript, type Subject, writers } from '../subject.ts';

/** Reads rows or the catalogue; the statistics only tell how many rows were written, not which. */
const reads = ({ code }: Statement): boolean => /\b(?:from|join) (?!pg_stat|\()/.test(code);

function lastChange(subject: Subject, script: PlacedScript): Statement | undefined {
  const works = (statement: Statement): boolean =>
    isChange(statement) || callsOf(statement).some((name) => subject.created.get(name)?.what === 'function');
  return insideTransaction(script).findLast((statement) => statement.within !== 'function' && works(statement));
}

/** A tier that only hopes it worked can be committed wrong; the sealing tier judges first and stamps last. */
export const postStateAsserted: Rule = {
  id: 'post-state-asserted',
  title: 'After its last change and before COMMIT, a script reads the result and can refuse.',
  fix: "count what the tier made and raise 'REFUSING: …' unless it is what the plan expects",
  good: {
    file: 'prod/20_rows.sql',
    part: 'assert',
    sql: "do $assert$\ndeclare\n  n bigint;\nbegin\n  select count(*) into n from public.note;\n  if n <> 1 then\n    raise exception 'REFUSING: % rows', n;\n  end if;\nend $assert$;",
  },
  bad: { file: 'prod/20_rows.sql', part: 'assert', sql: '-- it will be all right' },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject)) {
      const change = lastChange(subject, script);
      const after = script.tier?.seals === true ? 0 : (change?.offset ?? 0);
      const bodies = insideTransaction(script).map(({ body }) => body.filter(({ offset }) => offset > after));
      const asserted = bodies.some((body) => refusalBecauseOf(body, reads) !== undefined);
      if (change !== undefined && !asserted)
        yield problemAt(script, change, 'is the last change, and nothing looks at the result');
    }
  },
};
