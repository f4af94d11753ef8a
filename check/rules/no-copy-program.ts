import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf } from '../statement.ts';

/** It runs a shell command on the database server, as the server's own user. */
export const noCopyProgram: Rule = {
  id: 'no-copy-program',
  title: 'No COPY … PROGRAM.',
  fix: 'write the rows as INSERT',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'copy (select code from note) to stdout;' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: "copy (select code from note) to program 'cat';" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements)
        if (nodesOf(statement, 'CopyStmt').some((node) => node['is_program'] === true))
          yield problemAt(script, statement, 'COPY runs a program on the server');
  },
};
