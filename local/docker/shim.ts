import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the stand-in for Docker needs to know of the database it pretends to hold. */
export interface DockerShimOptions {
  /** Name of the one container there is. */
  readonly container: string;
  /** Folder of psql; comes first on the container's PATH. */
  readonly psqlFolder: string;
  /** Folder of the server's Unix socket, or its host name. */
  readonly host: string;
  readonly port: number;
  /** For whoever logs in "in the container"; kept in a file that only its owner reads. */
  readonly password?: string;
  readonly sslmode?: string;
}

/** A machine with one running container, without Docker. Linux only: it reads /proc and calls setsid. */
export interface DockerShim {
  /** For whoever runs `docker`: PATH with the stand-in first, and its settings. */
  readonly environment: Readonly<Record<string, string>>;
  /** The container's own /tmp, to see whether anything was left there. */
  readonly temporaryFolder: string;
  /** Process ids that run "in the container" now, orphans of killed clients included. */
  processes(): number[];
  /** Makes the container disappear, or come back. What runs in it goes on. */
  setRunning(running: boolean): void;
  /** Kills what still runs in the container and removes its folder. */
  stop(): Promise<void>;
}

const systemPath = '/usr/local/bin:/usr/bin:/bin';
/** How long killed processes may take to disappear, in milliseconds. */
const KILL_WAIT_MS = 2_000;

/** Everything in the container carries its private TMPDIR: no pid can be mistaken for somebody else's. */
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

/** Prepares a container; nothing runs until somebody calls `docker exec`. */
export function createDockerShim(options: DockerShimOptions): DockerShim {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-docker-'));
  const temporaryFolder = join(folder, 'tmp');
  const container = join(folder, 'containers', options.container);
  for (const name of ['tmp', 'containers', 'output']) mkdirSync(join(folder, name));
  const marker = `TMPDIR=${temporaryFolder}`;
  const setRunning = (running: boolean) => {
    if (running) writeFileSync(container, '');
    else rmSync(container, { force: true });
  };
  setRunning(true);
  const { password, sslmode } = options;
  const passwords = password === undefined ? '' : `*:*:*:*:${password.replaceAll(/[\\:]/g, '\\$&')}\n`;
  writeFileSync(join(folder, 'passwords'), passwords, { mode: 0o600 });
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
    stop: async () => {
      const deadline = Date.now() + KILL_WAIT_MS;
      while (existsSync(folder)) {
        const alive = processesWith(marker);
        alive.forEach(kill);
        if (alive.length === 0 || Date.now() > deadline) rmSync(folder, { recursive: true, force: true });
        else await delay(20);
      }
    },
  };
}
