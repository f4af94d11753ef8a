import { readFile } from 'node:fs/promises';
import { PostgresError } from './errors.ts';

/**
 * The user that a server has to run as. PostgreSQL refuses to run as root, so root starts it as the user `postgres`, or
 * as `nobody` where there is none. Undefined when we are not root: the server then runs as the current user.
 */
export async function serverUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const entry = lines.find(([name]) => name === wanted);
    if (entry?.[2] !== undefined && entry[3] !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new PostgresError(
    'PostgreSQL cannot run as root, and there is no user postgres: create one (useradd --system postgres).',
  );
}
