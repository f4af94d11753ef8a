import { join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { clientEnvironment, connectionUrl, type Connection } from './client-environment.ts';
import { PostgresError } from './errors.ts';
import { findClient } from './find.ts';
import { findPassword, readService } from './login-file.ts';
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

/** URL parameters that are heeded, and settings of a service. */
const known = new Set(['host', 'port', 'user', 'password', 'sslmode', 'passfile', 'service']);
const knownToService = new Set([...known, 'dbname']);

/** Said of a password in a URL, which stands in the list of processes for as long as the command runs. */
export const passwordWarning =
  'The URL holds a password, which every user of this machine can see in the list of processes. Leave it out, and put it into ~/.pgpass (chmod 600) or PGPASSWORD.';
/**
 * Values of sslmode that are passed on. All others need a root certificate, which a client in a container does not
 * find.
 */
const sslmodes = new Set(['', 'disable', 'allow', 'prefer', 'require']);

/**
 * Wraps a server that somebody else runs, given as `postgresql://[user@]host[:port]/database` or with `?host=` for a
 * socket folder; the password is looked for as libpq does. stop() leaves that server alone.
 * @throws UsageError when the URL cannot be read, or asks for something that would be ignored.
 * @throws PostgresError when the server does not answer, or when no client tools of its version or later are installed.
 */
export async function connectServer(
  url: string,
  wanted?: Wanted,
  onWarning: (text: string) => void = () => undefined,
): Promise<PostgresServer> {
  const { connection, database, passwordShown } = parseUrl(url, wanted);
  if (passwordShown) onWarning(passwordWarning);
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

/** What a URL says, completed by the service that it, or PGSERVICE, names. */
interface Given {
  /** A setting by its name in libpq; empty when neither says it. */
  readonly get: (name: string) => string;
  readonly passwordShown: boolean;
}

function readUrl(text: string): Given {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new UsageError(
      'The URL must look like postgresql://user@host:5432/NAME or postgresql:///NAME?host=/socket/folder.',
    );
  }
  const parameters = url.searchParams;
  const unknown = [...parameters.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new UsageError(`The URL's parameter ${unknown} is not known here.`);
  const { username: user, password, hostname: host, port } = url;
  const parts = new Map(Object.entries({ user, password, host, port, dbname: url.pathname.slice(1) }));
  const said = (name: string) => parameters.get(name) ?? decodeURIComponent(parts.get(name) ?? '');
  const name = said('service') || process.env['PGSERVICE'];
  const service = name === undefined || name === '' ? new Map<string, string>() : readService(name, process.env);
  const strange = [...service.keys()].find((key) => !knownToService.has(key));
  if (strange !== undefined) throw new UsageError(`The service's setting ${strange} is not known here.`);
  return { get: (key) => said(key) || (service.get(key) ?? ''), passwordShown: said('password') !== '' };
}

function parseUrl(text: string, wanted: Wanted | undefined) {
  const { get, passwordShown } = readUrl(text);
  const sslmode = get('sslmode');
  const user = get('user') || (wanted?.user ?? superuser);
  const database = get('dbname') || (wanted?.database ?? 'postgres');
  if (wanted !== undefined && database !== wanted.database)
    throw new UsageError(`The URL names the database ${database}; the package is for ${wanted.database}.`);
  if (wanted?.user !== undefined && user !== wanted.user)
    throw new UsageError(`The URL names the user ${user}; the package is released as ${wanted.user}.`);
  if (!sslmodes.has(sslmode))
    throw new UsageError(`The URL's sslmode=${sslmode} is not known here: ${[...sslmodes].slice(1).join(', ')}.`);
  const login = { host: get('host') || 'localhost', port: Number(get('port') || '5432'), user };
  const password = get('password') || findPassword({ ...login, database }, process.env, get('passfile') || undefined);
  const connection: Connection = {
    ...login,
    ...(password === undefined ? {} : { password }),
    ...(sslmode === '' ? {} : { sslmode }),
  };
  return { connection, database, passwordShown };
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
