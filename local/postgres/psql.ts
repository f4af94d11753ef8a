import { join } from 'node:path';
import { runProgram, type ProgramResult } from './run-program.ts';
import type { PostgresServer } from './server.ts';

/** What to run with psql, and on which database. */
interface PsqlRequest {
  readonly database: string;
  /** Role to connect as; the server's superuser by default. */
  readonly user?: string;
  /** A file to run. `\i` in it is relative to the folder in which psql is started, `\ir` to the file. */
  readonly file?: string;
  /** SQL to run from psql's standard input; with a file, it runs after the file in the same session. */
  readonly sql?: string;
  /** psql variables; psql does not substitute them inside dollar-quoted bodies. */
  readonly variables?: Readonly<Record<string, string | number>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder in which psql is started. */
  readonly directory?: string;
  /** True prints bare values: one line per row, columns separated by |. */
  readonly bare?: boolean;
}

/**
 * Runs psql, always without a psqlrc and stopping at the first error. The exit codes are psql's own: 0 done, 1 psql
 * itself failed, 2 no connection, 3 a statement failed.
 */
export async function runPsql(server: PostgresServer, request: PsqlRequest): Promise<ProgramResult> {
  const variables = Object.entries(request.variables ?? {}).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
  const files = [
    ...(request.file === undefined ? [] : ['-f', request.file]),
    ...(request.sql === undefined ? [] : ['-f', '-']),
  ];
  const parameters = [
    '-X',
    '-v',
    'ON_ERROR_STOP=1',
    ...(request.bare === true ? ['-q', '-A', '-t'] : []),
    ...variables,
  ];
  return runProgram(join(server.bin, 'psql'), [...parameters, '-d', request.database, ...files], {
    environment: {
      ...server.environment(),
      ...(request.user === undefined ? {} : { PGUSER: request.user }),
      ...request.environment,
    },
    ...(request.sql === undefined ? {} : { input: request.sql }),
    ...(request.directory === undefined ? {} : { directory: request.directory }),
  });
}
