import { chown, mkdtemp, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Longest usable path of the temporary folder, in bytes. A socket path may have 103 bytes on macOS and 107 on Linux,
 * and ours adds 32 to the folder.
 */
const longestTemporaryFolder = 70;
const OTHERS_MAY_ENTER = 0o001;

async function othersMayEnter(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & OTHERS_MAY_ENTER) === 0) return false;
  return folder === dirname(folder) || othersMayEnter(dirname(folder));
}

/** Linux's in-memory file system; in a container it often has only 64 MB. */
const memory = '/dev/shm';
/**
 * Bytes that have to be free in memory: the fixture at production's size (1.3 GB), the most that its server keeps of
 * its log (4 GB), and a reserve.
 */
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
 * Makes the server's private folder. A server that need not survive a crash gets a folder in memory if enough is free,
 * because copying a database opens and removes about a thousand files. Otherwise the folder is made below the temporary
 * folder, or below /tmp if that path is too long for a socket or not accessible to the server's user.
 */
export async function privateFolder(user: { uid: number; gid: number } | undefined, durable: boolean): Promise<string> {
  const wanted = !durable && (await memoryIsEnough()) ? memory : tmpdir();
  const usable = wanted.length <= longestTemporaryFolder && (user === undefined || (await othersMayEnter(wanted)));
  const folder = await mkdtemp(join(usable ? wanted : '/tmp', 'one-roof-pg-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}
