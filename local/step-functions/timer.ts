import { ExecutionEnded } from './errors.ts';

/**
 * Longest delay of one Node timer: a longer one does not fit 32 bits and fires at once, and an approval may wait longer
 * than these 24.8 days.
 */
const longestDelayMs = 2_147_483_647;

/** A real timer that supports long delays, can be restarted (heartbeats) and leaves nothing behind when stopped. */
export interface Timer {
  restart(): void;
  stop(): void;
}

/** Starts a timer that calls `fire` once after `delayMs` milliseconds. */
export function startTimer(delayMs: number, fire: () => void): Timer {
  let handle: NodeJS.Timeout | undefined;
  const arm = (leftMs: number): void => {
    const nowMs = Math.min(leftMs, longestDelayMs);
    handle = setTimeout(() => (leftMs > nowMs ? arm(leftMs - nowMs) : fire()), nowMs);
  };
  const stop = (): void => clearTimeout(handle);
  const restart = (): void => {
    stop();
    arm(delayMs);
  };
  arm(delayMs);
  return { restart, stop };
}

/**
 * Settles as `work` does, unless the signal is aborted first. `work` itself goes on: a function that has been invoked
 * is not stopped by the end of its execution (as on AWS), and its late result is dropped.
 * @throws ExecutionEnded when the signal is aborted.
 */
export function unlessEnded<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new ExecutionEnded('the execution has ended'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    const leave = (): void => signal.removeEventListener('abort', end);
    work.then(resolve, reject).finally(leave);
  });
}

/**
 * Waits `delayMs` milliseconds.
 * @throws ExecutionEnded when the signal is aborted first; the timer is cleared then.
 */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  let timer: Timer | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = startTimer(delayMs, resolve);
  });
  try {
    await unlessEnded(elapsed, signal);
  } finally {
    timer?.stop();
  }
}
