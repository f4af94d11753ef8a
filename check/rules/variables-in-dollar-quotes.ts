import { type Problem, problemAt, type Rule } from '../rule.ts';
import { variablesOf } from '../script.ts';
import { insideQuotes, lineBreaks, tokensOf } from '../sql-token.ts';

/** psql leaves dollar quotes alone: the server would get `:name`, and fail or compare with the wrong thing. */
export const variablesInDollarQuotes: Rule = {
  id: 'variables-in-dollar-quotes',
  title: 'No psql variable is used inside dollar quotes.',
  fix: "hand the value over: select set_config('one_roof.x', :'x', false) as x \\gset, then current_setting('one_roof.x')",
  good: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  perform current_setting('one_roof.run_id');\nend $more$;",
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  if :'run_id' = '' then\n    raise exception 'REFUSING: no run';\n  end if;\nend $more$;",
  },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      const variables = variablesOf(script);
      for (const statement of script.sent)
        for (const quoted of tokensOf(statement.text).filter(({ kind }) => kind === 'dollar')) {
          const text = insideQuotes(quoted);
          for (const { kind, text: used, start } of tokensOf(text)) {
            const psql = kind === 'variable' && (/['"]/.test(used) || variables.has(used.slice(1)));
            const line = statement.line + lineBreaks(statement.text, quoted.start) + lineBreaks(text, start);
            if (psql) yield problemAt(script, { line }, `${used} stays as it is inside dollar quotes`);
          }
        }
    }
  },
};
