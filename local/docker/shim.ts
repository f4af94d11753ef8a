import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deadFolders, makeOwnFolder, removeWithProcess } from '../driver/own-folder.ts';

/** What the stand-in for Docker needs to know about the database in its container. */
export interface DockerShimOptions {
  /** Name of the only container. */
  readonly container: string;
  /** Folder of psql, which comes first on the container's PATH. */
  readonly psqlFolder: string;
  /** Folder of the server's Unix socket, or its host name. */
  readonly host: string;
  readonly port: number;
  /** Password for a login "in the container", kept in a file that only its owner can read. */
  readonly password?: string;
  readonly sslmode?: string;
}

/**
 * A machine that seems to have Docker and one running container, although it has no Docker. Linux only, because it
 * reads /proc and calls setsid.
 */
export interface DockerShim {
  /** Environment for a process that runs `docker`: a PATH with the stand-in first, and the stand-in's settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** The container's own /tmp, so that a test can see whether anything was left in it. */
  readonly temporaryFolder: string;
  /** Ids of the processes that run "in the container" now, including orphans of killed clients. */
  processes(): number[];
  /** Makes the container disappear or come back. Processes in it go on running. */
  setRunning(running: boolean): void;
  /** Kills the processes that still run in the container and removes its folder. */
  stop(): Promise<void>;
}

const systemPath = '/usr/local/bin:/usr/bin:/bin';
/** How long killed processes may take to disappear, in milliseconds. */
const KILL_WAIT_MS = 2_000;

/**
 * Ids of the processes whose environment holds this marker. Every process in the container has a private TMPDIR, so
 * that no other process can be mistaken for one of them.
 */
function processesWith(marker: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
    } catch {
      return false; // ended meanwhile, or not ours to read
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended meanwhile
  }
}

/** The container's own /tmp: every process in it has this TMPDIR, and no other process has. */
function temporaryFolderOf(folder: string): string {
  return join(folder, 'tmp');
}

/** Kills the processes that still run in a container, as far as they end within two seconds, and removes its folder. */
async function remove(folder: string): Promise<void> {
  const deadline = Date.now() + KILL_WAIT_MS;
  while (existsSync(folder)) {
    const alive = processesWith(`TMPDIR=${temporaryFolderOf(folder)}`);
    alive.forEach(kill);
    if (alive.length === 0 || Date.now() > deadline) rmSync(folder, { recursive: true, force: true });
    else await delay(20);
  }
}

/** Removes the containers of runtimes that were killed, with what still runs in them, as their stop would have done. */
export async function sweepContainers(place = tmpdir()): Promise<void> {
  await Promise.all(deadFolders(place).map(remove));
}

/** Writes the password where psql looks for it; libpq takes it from no pipe, and arguments are seen by everybody. */
function writePassword(folder: string, password: string): () => void {
  const file = join(folder, 'passwords');
  writeFileSync(file, `*:*:*:*:${password.replaceAll(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
  return removeWithProcess(file);
}

/** Prepares a container; nothing runs in it until somebody calls `docker exec`. */
export function createDockerShim(options: DockerShimOptions): DockerShim {
  const folder = makeOwnFolder('docker');
  const temporaryFolder = temporaryFolderOf(folder);
  const container = join(folder, 'containers', options.container);
  for (const name of ['tmp', 'containers', 'output']) mkdirSync(join(folder, name));
  const marker = `TMPDIR=${temporaryFolder}`;
  const setRunning = (running: boolean) => {
    if (running) writeFileSync(container, '');
    else rmSync(container, { force: true });
  };
  setRunning(true);
  const { password, sslmode } = options;
  const forget = password === undefined ? () => undefined : writePassword(folder, password);
  return {
    environment: {
      PATH: `${__dirname}:${systemPath}`,
      ONE_ROOF_SHIM_FOLDER: folder,
      ONE_ROOF_SHIM_PATH: `${options.psqlFolder}:${systemPath}`,
      ONE_ROOF_SHIM_PGHOST: options.host,
      ONE_ROOF_SHIM_PGPORT: String(options.port),
      ...(sslmode === undefined ? {} : { ONE_ROOF_SHIM_PGSSLMODE: sslmode }),
    },
    temporaryFolder,
    processes: () => processesWith(marker),
    setRunning,
    stop: () => {
      forget();
      return remove(folder);
    },
  };
}
