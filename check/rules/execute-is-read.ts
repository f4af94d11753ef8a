import { hasBody } from '../routine-body.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { writers } from '../subject.ts';

/** Text that is put together from pieces may hold anything; no rule can tell what runs in the end. */
export const executeIsRead: Rule = {
  id: 'execute-is-read',
  title: 'In a script that writes, EXECUTE runs one literal, or format() of one with %I and %L, that the parser reads.',
  fix: "write execute format('… %I … %L', …), with the statement whole in the literal",
  good: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  execute format('select count(*) from public.%I', 'note');\nend $more$;",
  },
  bad: {
    file: 'prod/20_rows.sql',
    part: 'more',
    sql: "do $more$\nbegin\n  execute 'select count(*) from ' || current_setting('one_roof.tables');\nend $more$;",
  },
  *check(subject): Iterable<Problem> {
    for (const script of writers(subject))
      for (const statement of script.statements)
        if (statement.unread && !hasBody(statement.parsed))
          yield problemAt(script, statement, 'EXECUTE runs text that cannot be read beforehand');
  },
};
