import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwnFolder } from '../driver/own-folder.ts';

/** How a script ended. */
export interface ShellEnd {
  /** Exit code; 137 when the agent killed the script, -1 when somebody else killed its shell. */
  readonly code: number;
  /** What killed the shell, if it was not the agent. */
  readonly signal?: NodeJS.Signals | undefined;
  readonly output: Buffer;
  readonly error: Buffer;
}

/** A script that runs as the agent runs it. */
export interface ShellProcess {
  /** The end of the shell and of everything that holds its output open: the agent waits for both. */
  readonly ended: Promise<ShellEnd>;
  /**
   * Sends SIGKILL to the whole process group, after detaching its output: no trap runs, and a process that has left the
   * group survives.
   */
  kill(): void;
}

const KILLED = 137;
/** What the agent makes of a shell that it cannot start. */
const NOT_STARTED = 1;
/** What Go makes of a process that a signal ended. */
const SIGNALLED = -1;
/** The directory of the agent's service under systemd, which its scripts inherit (amazon-ssm-agent, pull request 236). */
const WORKING_DIRECTORY = '/usr/bin';
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
    cwd: WORKING_DIRECTORY,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const error: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => error.push(chunk));
  const killed = new AbortController();
  const ended = new Promise<Omit<ShellEnd, 'output' | 'error'>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? SIGNALLED, signal: signal ?? undefined }));
    child.once('error', () => resolve({ code: NOT_STARTED }));
    killed.signal.addEventListener('abort', () => void untilGone(child.pid).then(() => resolve({ code: KILLED })));
  }).then((end) => {
    rmSync(folder, { recursive: true, force: true });
    return { ...end, output: Buffer.concat(output), error: Buffer.concat(error) };
  });
  return {
    ended,
    kill: () => {
      // Without our 'close' handler the destroyed streams would end the script with the code of its shell.
      child.removeAllListeners('close');
      child.stdout.destroy();
      child.stderr.destroy();
      signalGroup(child.pid, 'SIGKILL');
      killed.abort();
    },
  };
}
