import { chown, mkdtemp, stat } from 'node:fs/promises';
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

/**
 * Makes the server's private folder below the temporary folder, or below /tmp where that one is too deep for a socket
 * or closed to the user that the server runs as.
 */
export async function privateFolder(user: { uid: number; gid: number } | undefined): Promise<string> {
  const wanted = tmpdir();
  const usable = wanted.length <= longestTemporaryFolder && (user === undefined || (await othersMayEnter(wanted)));
  const folder = await mkdtemp(join(usable ? wanted : '/tmp', 'one-roof-pg-'));
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  return folder;
}
