import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onInterrupt } from '../../cli/screen/interrupt.ts';
import { packageVariable } from '../package.ts';
import type { Result } from './play.ts';
import type { Order } from './worker.ts';

/** Returns the next order, or undefined when nothing is left to do. */
export type NextOrder = () => Order | undefined;

/** Processes that play what one queue gives out. */
export interface Crew {
  readonly workers: number;
  readonly next: NextOrder;
  /** The package that they play; that of this checkout by default. */
  readonly packageDirectory?: string;
}

function isResult(message: unknown): message is Result {
  return typeof message === 'object' && message !== null && 'violations' in message;
}

function lead(child: ChildProcess, next: NextOrder, onResult: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let busy: Order | undefined;
    const give = () => {
      busy = next();
      child.send(busy ?? { id: '', extra: {} });
    };
    child.on('message', (message) => {
      if (isResult(message)) onResult(message);
      if (child.connected) give();
    });
    child.on('exit', (code) => {
      if (busy === undefined && code === 0) resolve();
      else reject(new Error(`stopped: a worker ended with ${code ?? 'a signal'} during ${busy?.id ?? 'its start'}`));
    });
  });
}

async function dismiss(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  await ended;
}

/**
 * Works off all tasks with this many processes, each with a database server of its own. Everything that they make lies
 * in one folder, which is removed afterwards, even after Ctrl-C.
 */
export async function workOff(
  { workers, next, packageDirectory }: Crew,
  onResult: (result: Result) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'one-roof-chaos-'));
  // The server's user has to be able to enter the folder.
  chmodSync(folder, 0o755);
  const environment = {
    ...process.env,
    TMPDIR: folder,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(packageDirectory === undefined ? {} : { [packageVariable]: packageDirectory }),
  };
  const children = Array.from({ length: workers }, () =>
    fork(join(__dirname, 'worker.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: environment,
      // Ctrl-C at the terminal reaches this process only, which then ends the workers in order.
      detached: true,
    }),
  );
  const ignoreInterrupts = onInterrupt(() => {
    for (const child of children) if (child.connected) child.disconnect();
  });
  try {
    await Promise.all(children.map((child) => lead(child, next, onResult)));
  } finally {
    await Promise.all(children.map(dismiss));
    ignoreInterrupts();
    rmSync(folder, { recursive: true, force: true });
  }
}
