/** Resolves at Ctrl-C or when the process is asked to end, so that a command can clean up behind itself; once more does not cut that short. */
export function untilInterrupted(): Promise<void> {
  // A pending promise alone does not keep Node alive.
  const alive = setInterval(() => undefined, 60_000);
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(alive);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  });
}
