import { chown, mkdtemp, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A socket path may have 103 bytes on macOS, 107 on Linux; ours adds 32 to the temporary folder's. */
const longestTemporaryFolder = 70;
const OTHERS_MAY_ENTER = 0o001;

async function othersMayEnter(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & OTHERS_MAY_ENTER) === 0) return false;
  return folder === dirname(folder) || othersMayEnter(dirname(folder));
}

/** Linux's file system in memory; a container often has 64 MB of it. */
const memory = '/dev/shm';
/** Holds the fixture at production's size (1.3 GB) and the most that its server keeps of its log (4 GB), and leaves some. */
const MEMORY_NEEDED = 8 * 1024 ** 3;

async function memoryIsEnough(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const free = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= MEMORY_NEEDED;
}

/**
 * Makes the server's private folder: in memory for a server that nobody counts on after a crash, where there is enough
 * of it, as copying a database is opening and removing a thousand files; else below the temporary folder, or below /tmp where that one is too deep for a socket
 * or closed to the user that the server runs as.
 */
export async function privateFolder(user: { uid: number; gid: number } | undefined, durable: boolean): Promise<string> {
  const wanted = !durable && (await memoryIsEnough()) ? memory : tmpdir();
  const usable = wanted.length <= longestTemporaryFolder && (user === undefined || (await othersMayEnter(wanted)));
  const folder = await mkdtemp(join(usable ? wanted : '/tmp', 'one-roof-pg-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}
