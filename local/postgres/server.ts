import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientEnvironment, connectionUrl } from './client-environment.ts';
import { PostgresError } from './errors.ts';
import { fixturePackage, planOf } from './fixture-package.ts';
import { findPostgres, type PostgresTools, type Progress } from './find.ts';
import { privateFolder } from './private-folder.ts';
import { runProgram } from './run-program.ts';
import { serverUser } from './server-user.ts';

/** A PostgreSQL server that can be reached, with the client tools for it. */
export interface PostgresServer {
  /** Folder of psql and pg_dump. */
  readonly bin: string;
  /** Folder of the server's Unix socket, or the host name of a remote server. Both are valid as PGHOST. */
  readonly socketDirectory: string;
  readonly port: number;
  /** Major version of the server. */
  readonly version: number;
  /** Process id of the postmaster; undefined when the server was not started by us. */
  readonly pid: number | undefined;
  /** Environment for client programs: our own without PG* variables, plus PGHOST, PGPORT and PGUSER. */
  environment(): Record<string, string>;
  /** Connection URL of a database, as the superuser or as another role. */
  url(database: string, user?: string): string;
  /** Stops a server that was started by us and removes its folder; does nothing for any other server. Idempotent. */
  stop(): Promise<void>;
}

/** How to start a server. */
interface StartOptions {
  /** False (the default) trades crash safety for speed and disk for memory, for tests. Measurements need true. */
  readonly durable?: boolean;
  /** Name of the superuser; the writer of this checkout's package by default. */
  readonly superuser?: string;
  readonly onProgress?: Progress;
}

/** The superuser of a server we start unless told otherwise: the package's writer, which is one in production too. */
export const superuser = planOf(fixturePackage).writer;

const supervisor = join(__dirname, 'supervisor.sh');
const port = 5432;
/** How long initdb and the start may take. They take a second; a busy machine may need several. */
const startLimitMs = 60_000;

/**
 * Starts a fresh server in a private temporary folder. It is reachable only through a socket in that folder: no port
 * can collide, and nothing listens on the network. The server stops with stop(), or when this process ends, however it
 * ends. Throws PostgresError.
 */
export async function startPostgres(options: StartOptions = {}): Promise<PostgresServer> {
  const tools = await findPostgres(options.onProgress);
  const user = await serverUser();
  const durable = options.durable ?? false;
  const folder = await privateFolder(user, durable);
  const owner = options.superuser ?? superuser;
  const child = supervise(tools, { folder, durable, owner }, user);
  try {
    const pid = await untilReady(folder);
    const server = describe(tools, { folder, owner }, pid, () => stopSupervised(child));
    if (owner !== 'postgres') await createPostgresRole(server);
    return server;
  } catch (error) {
    await stopSupervised(child);
    throw error;
  }
}

function supervise(
  tools: PostgresTools,
  { folder, durable, owner }: { folder: string; durable: boolean; owner: string },
  user: Awaited<ReturnType<typeof serverUser>>,
): ChildProcess {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    port,
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_wal_size: '4GB',
    // As where an application commits in two phases; a release must cope with what such a transaction leaves.
    max_prepared_transactions: 4,
    shared_buffers: '256MB',
    // Off, because a background vacuum would make timings and query plans vary.
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  // macOS has no C.UTF-8; both locales sort by code point.
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C';
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // The supervisor has a session of its own, so that Ctrl-C at the terminal reaches us and not the server, which a
  // rollback still needs. Its script is passed as text, because the server's user may not be able to read the checkout
  // (root's home is closed to others).
  const script = readFileSync(supervisor, 'utf8');
  const child = spawn('/bin/sh', ['-c', script, 'supervisor.sh', folder, tools.bin, owner, locale, ...parameters], {
    cwd: folder,
    // Said, as node would pass on what the process was started with, and not what has been set in it since.
    env: process.env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...user,
  });
  child.unref();
  return child;
}

/** Waits until the server's own pid file says that it accepts connections, and returns the process id. */
async function untilReady(folder: string): Promise<number> {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    const lines = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (lines[7]?.trim() === 'ready') return Number(lines[0]);
    if ((await readFile(join(folder, 'exit'), 'utf8').catch(() => '')) !== '') break;
    await sleep(10);
  }
  const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
  throw new PostgresError(`PostgreSQL did not start: ${log.trim().split('\n').slice(-3).join(' ')}`);
}

function describe(
  tools: PostgresTools,
  { folder, owner }: { folder: string; owner: string },
  pid: number,
  stop: () => Promise<void>,
): PostgresServer {
  const connection = { host: folder, port, user: owner };
  let stopping: Promise<void> | undefined;
  return {
    bin: tools.bin,
    socketDirectory: folder,
    port,
    version: tools.major,
    pid,
    environment: () => clientEnvironment(connection),
    url: (database, user = owner) => connectionUrl({ ...connection, user }, database),
    stop: () => (stopping ??= stop()),
  };
}

/** Closes the supervisor's input, which makes it stop the server, wait for its end and remove the folder. */
async function stopSupervised(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.stdin?.end();
  await ended;
}

/** Creates the role postgres, which people and tools expect on any server. */
async function createPostgresRole(server: PostgresServer): Promise<void> {
  const result = await runProgram(
    join(server.bin, 'psql'),
    ['-X', '-q', '-d', 'postgres', '-c', 'create role postgres superuser login'],
    {
      environment: server.environment(),
    },
  );
  if (result.exitCode !== 0) throw new PostgresError(`The new server does not answer: ${result.stderr.trim()}`);
}
