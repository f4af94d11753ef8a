import { hasBody } from '../routine-body.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';

/** What no rule has read is not checked: a body in another language, or one whose text only a server can tell. */
export const bodiesAreRead: Rule = {
  id: 'bodies-are-read',
  title: 'The body of every DO, function and procedure can be read: plpgsql or sql, without escapes.',
  fix: 'write it in plpgsql or sql, between dollar quotes',
  good: { file: 'prod/20_rows.sql', part: 'more', sql: "do 'begin\n  perform ''one'';\nend';" },
  bad: { file: 'prod/20_rows.sql', part: 'more', sql: "do E'begin\\n  perform 1;\\nend';" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (statement.unread && hasBody(statement.parsed))
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} has a body that cannot be read`);
  },
};
