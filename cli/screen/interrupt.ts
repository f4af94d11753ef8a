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
