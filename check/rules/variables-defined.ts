import { type Problem, problemAt, type Rule } from '../rule.ts';
import { variablesOf } from '../script.ts';
import { tokensOf } from '../sql-token.ts';

/** psql sends an unknown variable as it is written: a typing error becomes SQL. */
export const variablesDefined: Rule = {
  id: 'variables-defined',
  title: 'Every psql variable in a statement has a default, a \\set or a \\gset in its own file.',
  fix: 'give it a default: \\if :{?name} \\else \\set name value \\endif',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: "select :'run_id';" },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: "select :'runid';" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts) {
      const known = variablesOf(script);
      for (const statement of script.sent)
        for (const { kind, text } of tokensOf(statement.text)) {
          const name = text.replaceAll(/\W/g, '');
          if (kind === 'variable' && !/^\d/.test(name) && !known.has(name))
            yield problemAt(script, statement, `${text} is defined nowhere in this file`);
        }
    }
  },
};
