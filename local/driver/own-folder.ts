import { spawn } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the folders are for: the stand-in for a container, one script of the agent. */
type Kind = 'docker' | 'ssm';

/** `one-roof-docker-4711-a1B2c3`: the process id says whose a folder is, so that a later process can see it is dead. */
const ownName = /^one-roof-(?:docker|ssm)-([0-9]+)-[A-Za-z0-9]{6}$/;

/** Makes a folder below the temporary folder that only this user can enter (mode 700). */
export function makeOwnFolder(kind: Kind): string {
  return mkdtempSync(join(tmpdir(), `one-roof-${kind}-${process.pid}-`));
}

/** Whether a process runs; another user's process counts as running (EPERM). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The folders in `place` that processes of this user left behind: theirs, a real folder, and the process is dead. */
export function deadFolders(place: string): string[] {
  const uid = process.getuid?.();
  return readdirSync(place).flatMap((name) => {
    const pid = Number(ownName.exec(name)?.[1]);
    if (Number.isNaN(pid) || isAlive(pid)) return [];
    const folder = join(place, name);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    return found?.isDirectory() === true && found.uid === uid ? [folder] : [];
  });
}

/**
 * Removes a file when this process ends, however it ends: a shell waits for the end of a pipe that only this process
 * holds. For a secret that must not outlive the runtime. Returns what removes it now.
 */
export function removeWithProcess(file: string): () => void {
  const child = spawn('/bin/sh', ['-c', 'cat >/dev/null; rm -f -- "$1"', 'sh', file], {
    // A session of its own, so that Ctrl-C at the terminal does not reach it before us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  return () => {
    child.stdin.end();
    rmSync(file, { force: true });
  };
}
