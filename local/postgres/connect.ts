import { join } from 'node:path';
import { clientEnvironment, connectionUrl, type Connection } from './client-environment.ts';
import { PostgresError } from './errors.ts';
import { findClient } from './find.ts';
import { runProgram } from './run-program.ts';
import { superuser, type PostgresServer } from './server.ts';

/**
 * Wraps a server that somebody else runs, given `postgresql://[user[:password]@]host[:port]/database` or the form
 * with `?host=` for a socket folder. stop() leaves that server alone. Throws PostgresError when the URL cannot be
 * read, the server does not answer, or no client tools of its version or later are installed.
 */
export async function connectServer(url: string): Promise<PostgresServer> {
  const { connection, database } = parseUrl(url);
  const version = await serverVersion(connection, database);
  const tools = await findClient(version);
  return {
    bin: tools.bin,
    socketDirectory: connection.host,
    port: connection.port,
    version,
    pid: undefined,
    environment: () => clientEnvironment(connection),
    url: (name, user = connection.user) => connectionUrl({ ...connection, user }, name),
    stop: () => Promise.resolve(),
  };
}

function parseUrl(text: string): { connection: Connection; database: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new PostgresError(
      'The URL must look like postgresql://user@host:5432/directus or postgresql:///directus?host=/socket/folder.',
    );
  }
  const given = (name: string, inUrl: string): string => url.searchParams.get(name) ?? decodeURIComponent(inUrl);
  const password = given('password', url.password);
  const sslmode = given('sslmode', '');
  return {
    connection: {
      host: given('host', url.hostname) || 'localhost',
      port: Number(given('port', url.port) || '5432'),
      user: given('user', url.username) || superuser,
      ...(password === '' ? {} : { password }),
      ...(sslmode === '' ? {} : { sslmode }),
    },
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
  };
}

async function serverVersion(connection: Connection, database: string): Promise<number> {
  const anyClient = await findClient(0);
  const result = await runProgram(
    join(anyClient.bin, 'psql'),
    ['-X', '-w', '-A', '-t', '-d', database, '-c', 'show server_version_num'],
    {
      environment: { ...clientEnvironment(connection), PGCONNECT_TIMEOUT: '10' },
    },
  );
  if (result.exitCode !== 0) throw new PostgresError(`The server does not answer: ${result.stderr.trim()}`);
  return Math.floor(Number(result.stdout.trim()) / 10_000);
}
