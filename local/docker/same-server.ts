import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { runProgram } from '../postgres/run-program.ts';
import type { PostgresServer } from '../postgres/server.ts';
import { dockerEnvironment } from './environment.ts';

/** Which server answers: a copy of a server has the same identifier, but did not start at the same microsecond. */
const identity =
  'select system_identifier, extract(epoch from pg_catalog.pg_postmaster_start_time()) from pg_catalog.pg_control_system()';

/** The database of a package, and the role that writes to it. */
interface Place {
  readonly database: string;
  readonly writer: string;
}

/**
 * Demands that the server behind the URL is the one in the container: the scripts run in the container, while dumps,
 * the way back and the clean-up of a rehearsal go through the URL.
 * @throws UsageError when it is another one, or when the one in the container does not answer.
 */
export async function assertSameServer(container: string, server: PostgresServer, place: Place): Promise<void> {
  const psql = ['-X', '-w', '-A', '-t', '-U', place.writer, '-d', place.database, '-c', identity];
  const [inside, outside] = await Promise.all([
    runProgram('docker', ['exec', '-i', container, 'sh', '-c', 'exec psql "$@"', 'sh', ...psql], {
      environment: dockerEnvironment(),
    }),
    runProgram(join(server.bin, 'psql'), psql, { environment: server.environment() }),
  ]);
  const failed = [inside, outside].find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined)
    throw new UsageError(
      `--container ${container}: it could not be compared with the server of --url: ${failed.stderr.trim()}`,
    );
  if (inside.stdout !== outside.stdout)
    throw new UsageError(
      `--container ${container}: the PostgreSQL in it is not the server of --url. Nothing was touched. ` +
        'Name the container of that server, or the URL of that container.',
    );
}
