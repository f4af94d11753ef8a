import { callsOf } from '../effects.ts';
import { type Problem, problemAt, type Rule } from '../rule.ts';
import { nodesOf, type Statement } from '../statement.ts';

const reaching =
  /^(pg_read_file|pg_read_binary_file|pg_read_server_files|pg_ls_\w+|pg_stat_file|pg_file_\w+|lo_import|lo_export|dblink\w*|query_to_xml)$/;

const copiesFile = (statement: Statement): boolean =>
  nodesOf(statement, 'CopyStmt').some((node) => typeof node['filename'] === 'string' && node['is_program'] !== true);

/** A release changes one database. Files of the server and other databases are outside of what is rolled back. */
export const noServerFiles: Rule = {
  id: 'no-server-files',
  title: 'No COPY with a file of the server, no pg_read_file, lo_import, dblink, LOAD and the like.',
  fix: 'put the data into the script',
  good: { file: 'prod/20_rows.sql', part: 'after', sql: 'select length(code) from note;' },
  bad: { file: 'prod/20_rows.sql', part: 'after', sql: "select pg_read_file('PG_VERSION');" },
  *check({ scripts }): Iterable<Problem> {
    for (const script of scripts)
      for (const statement of script.statements) {
        const call = callsOf(statement).find((name) => reaching.test(name));
        if (call !== undefined) yield problemAt(script, statement, `${call}() reaches outside the database`);
        if (copiesFile(statement) || nodesOf(statement, 'LoadStmt').length > 0)
          yield problemAt(script, statement, `${statement.verb.toUpperCase()} uses a file of the server`);
      }
  },
};
