import type { Terminal } from './terminal.ts';

/** Ctrl-C, a request to end, and a terminal that was closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `stop` at the first signal that asks this process to end, and ignores further ones: an orderly end must not be
 * cut short by a second Ctrl-C. The returned function gives the signals back to Node.
 */
export function onInterrupt(stop: (signal: NodeJS.Signals) => void): () => void {
  let stopped = false;
  const listener = (signal: NodeJS.Signals) => {
    if (stopped) return;
    stopped = true;
    stop(signal);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

/**
 * Keeps signals from cutting short what comes after a result: the last dump, and the end of services and server.
 * `begins` is called when the result is there, `ends` when nothing is left to do.
 */
export function unhurried(terminal: Terminal, what: string) {
  let giveBack = (): void => undefined;
  const tell = () => terminal.alert(`  ${what} has ended; what it started is being stopped. Please wait.`);
  return { begins: () => void (giveBack = onInterrupt(tell)), ends: () => giveBack() };
}

/** Resolves at Ctrl-C or when the process is asked to end, so that a command can clean up behind itself. */
export function untilInterrupted(): Promise<void> {
  // A pending promise alone does not keep Node alive.
  const alive = setInterval(() => undefined, 60_000);
  return new Promise((resolve) => {
    onInterrupt(() => {
      clearInterval(alive);
      resolve();
    });
  });
}
