import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwnFolder } from '../driver/own-folder.ts';

/** How a script ended. */
export interface ShellEnd {
  /** Exit code; 137 when it was killed. */
  readonly code: number;
  readonly output: string;
  readonly error: string;
}

/** A script that runs as the agent runs it. */
export interface ShellProcess {
  readonly ended: Promise<ShellEnd>;
  /**
   * Sends SIGKILL to the whole process group, after detaching its output: no trap runs, and a process that has left the
   * group survives.
   */
  kill(): void;
}

/** Longest wait, in milliseconds, for output that a process outside the group may still hold open. */
const DRAIN_MS = 500;
const KILLED = 137;
/** Longest wait, in milliseconds, for the last member of a killed group to disappear. */
const GONE_MS = 100;

function signalGroup(pid: number | undefined, signal: 'SIGKILL' | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false; // no such group any more
  }
}

async function untilGone(pid: number | undefined): Promise<void> {
  for (let waited = 0; waited < GONE_MS && signalGroup(pid, 0); waited += 5) await delay(5);
}

/** Runs the text as the agent does: written to a file, `sh -c FILE`, no `set -e`, in a process group of its own. */
export function startShell(text: string, environment: Readonly<Record<string, string>>): ShellProcess {
  const folder = makeOwnFolder('ssm');
  const file = join(folder, '_script.sh');
  writeFileSync(file, text, { mode: 0o700 });
  const child = spawn('sh', ['-c', file], {
    cwd: folder,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => error.push(chunk));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? KILLED));
    child.once('error', () => resolve(127));
  });
  let killed = false;
  const ended = exited.then(async (code) => {
    if (killed) await untilGone(child.pid);
    await Promise.race([closed, delay(DRAIN_MS, undefined, { ref: false })]);
    rmSync(folder, { recursive: true, force: true });
    return { code, output: Buffer.concat(output).toString('utf8'), error: Buffer.concat(error).toString('utf8') };
  });
  return {
    ended,
    kill: () => {
      child.stdout.destroy();
      child.stderr.destroy();
      killed = child.exitCode === null && child.signalCode === null && signalGroup(child.pid, 'SIGKILL');
    },
  };
}
