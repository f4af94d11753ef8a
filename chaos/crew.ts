import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Result } from './play.ts';
import type { Order } from './worker.ts';

/** Gives the next order, or undefined when there is nothing more to do. */
export type NextOrder = () => Order | undefined;

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
      give();
    });
    child.on('exit', (code) => {
      if (busy === undefined && code === 0) resolve();
      else reject(new Error(`a worker ended with ${code ?? 'a signal'} during ${busy?.id ?? 'its start'}`));
    });
  });
}

/** Works off all orders with so many processes, each with a database server of its own. */
export async function workOff(workers: number, next: NextOrder, onResult: (result: Result) => void): Promise<void> {
  const children = Array.from({ length: workers }, () =>
    fork(join(__dirname, 'worker.ts'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    }),
  );
  try {
    await Promise.all(children.map((child) => lead(child, next, onResult)));
  } finally {
    for (const child of children) if (child.exitCode === null) child.disconnect();
  }
}
