import { refusal } from '../conventions.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** Other error texts may hold rows and are kept out of logs; a reason without this beginning is never shown. */
export const refusalsExplain: Rule = {
  id: 'refusals-explain',
  title: `RAISE EXCEPTION begins with \`${refusal.trim()}\`.`,
  fix: `write 'REFUSING: <found>, expected <what>; <what to do>'`,
  good: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  if false then\n    raise exception 'REFUSING: one row, expected two; look again';\n  end if;\nend $more$;",
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  if false then\n    raise exception 'one row';\n  end if;\nend $more$;",
  },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (/^raise exception/.test(statement.code) && statement.literals[0]?.startsWith(refusal) !== true)
          yield problemAt(script, statement, `does not begin with ${refusal.trim()}`);
  },
};
