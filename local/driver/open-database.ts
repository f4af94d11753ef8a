import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { buildFixture } from '../postgres/build-fixture.ts';
import { planOf } from '../postgres/fixture-package.ts';
import { connectServer, type Wanted } from '../postgres/connect.ts';
import { runPsql } from '../postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../postgres/server.ts';

/** The database that a command works on. */
export interface DatabaseOptions {
  /**
   * URL of a PostgreSQL server that already holds the database; without it, a private server with the fixture is
   * started.
   */
  readonly url?: string;
  /** SQL file that is run as superuser on the fresh fixture. */
  readonly prepare?: string;
  readonly unsigned?: boolean;
  /** The package whose fixture is built. */
  readonly packageDirectory: string;
  readonly onProgress: (text: string) => void;
  readonly onWarning: (text: string) => void;
}

async function prepare(server: PostgresServer, database: string, file: string): Promise<void> {
  const result = await runPsql(server, { database, file });
  if (result.exitCode === 0) return;
  throw new UsageError(`--prepare ${file} failed (psql exit ${result.exitCode}): ${result.stderr.trim()}`);
}

function assertReadable(file: string): void {
  try {
    readFileSync(file);
  } catch {
    throw new UsageError(`--prepare ${file}: the file cannot be read`);
  }
}

function assertFixture(packageDirectory: string): void {
  if (existsSync(join(packageDirectory, 'fixture/build.sql'))) return;
  throw new UsageError(
    `The package ${packageDirectory} has no fixture/build.sql, so there is no trial database to build. ` +
      'Write one, or choose an existing database with --url URL.',
  );
}

/**
 * Opens the database that is to be released: the fixture on a private server, or the database behind a URL.
 * @throws UsageError, PostgresError; a server that was started is stopped first.
 */
export async function openDatabase(wanted: Wanted, options: DatabaseOptions): Promise<PostgresServer> {
  if (options.prepare !== undefined) assertReadable(options.prepare);
  if (options.url !== undefined) return connectServer(options.url, wanted, options.onWarning);
  const { packageDirectory, onProgress } = options;
  assertFixture(packageDirectory);
  const { database } = wanted;
  const server = await startPostgres({ superuser: planOf(packageDirectory).writer, onProgress });
  try {
    onProgress(`PostgreSQL ${server.version} is running, on a private socket`);
    await buildFixture(server, { signed: options.unsigned !== true, database, packageDirectory });
    onProgress(`Database ${database} is built from the fixture${options.unsigned === true ? ', unsigned' : ''}`);
    if (options.prepare !== undefined) await prepare(server, database, options.prepare);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
