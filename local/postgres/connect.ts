import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { clientEnvironment, connectionUrl, type Connection } from './client-environment.ts';
import { PostgresError } from './errors.ts';
import { findClient } from './find.ts';
import { runProgram } from './run-program.ts';
import { superuser, type PostgresServer } from './server.ts';

/**
 * The database and role that a caller works with. A URL that names others is refused, because the caller would not use
 * them.
 */
export interface Wanted {
  readonly database: string;
  /** Absent when any role is accepted. */
  readonly user?: string;
}

/** URL parameters that are passed on to every client that we start. */
const known = new Set(['host', 'port', 'user', 'password', 'sslmode']);
/**
 * Values of sslmode that are passed on. All others need a root certificate, which a client in a container does not
 * find.
 */
const sslmodes = new Set(['', 'disable', 'allow', 'prefer', 'require']);

/**
 * Wraps a server that somebody else runs, given as `postgresql://[user[:password]@]host[:port]/database` or with
 * `?host=` for a socket folder. stop() leaves that server alone.
 * @throws UsageError when the URL cannot be read, or asks for something that would be ignored.
 * @throws PostgresError when the server does not answer, or when no client tools of its version or later are installed.
 */
export async function connectServer(url: string, wanted?: Wanted): Promise<PostgresServer> {
  const { connection, database } = parseUrl(url, wanted);
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

function parseUrl(text: string, wanted: Wanted | undefined): { connection: Connection; database: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new UsageError(
      'The URL must look like postgresql://user@host:5432/NAME or postgresql:///NAME?host=/socket/folder.',
    );
  }
  const given = (name: string, inUrl: string): string => url.searchParams.get(name) ?? decodeURIComponent(inUrl);
  const password = given('password', url.password);
  const sslmode = given('sslmode', '');
  const user = given('user', url.username) || (wanted?.user ?? superuser);
  const database = decodeURIComponent(url.pathname.slice(1)) || (wanted?.database ?? 'postgres');
  if (wanted !== undefined && database !== wanted.database)
    throw new UsageError(`The URL names the database ${database}; the package is for ${wanted.database}.`);
  if (wanted?.user !== undefined && user !== wanted.user)
    throw new UsageError(`The URL names the user ${user}; the package is released as ${wanted.user}.`);
  const unknown = [...url.searchParams.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`The URL's parameter ${unknown} is not known here.`);
  if (!sslmodes.has(sslmode))
    throw new UsageError(`The URL's sslmode=${sslmode} is not known here: ${[...sslmodes].slice(1).join(', ')}.`);
  return {
    connection: {
      host: given('host', url.hostname) || 'localhost',
      port: Number(given('port', url.port) || '5432'),
      user,
      ...(password === '' ? {} : { password }),
      ...(sslmode === '' ? {} : { sslmode }),
    },
    database,
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
