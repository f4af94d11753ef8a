/** Something that was started, and has to be stopped. */
export interface Stoppable {
  stop(): Promise<unknown>;
}

/** Stops the newest first, and every one although another's stop fails. @throws the first failure. */
export async function stopAll(started: Stoppable[]): Promise<void> {
  const newest = started.pop();
  if (newest === undefined) return;
  try {
    await newest.stop();
  } finally {
    await stopAll(started);
  }
}
