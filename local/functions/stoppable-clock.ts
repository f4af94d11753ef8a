import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/base/ports.ts';

/** A clock for functions in this process, which do not end with their service as they do on AWS. */
export interface StoppableClock extends Clock {
  /** From the abort on every pause rejects: who waits for a script that was killed would wait for its whole budget. */
  stopWith(signal: AbortSignal): void;
}

/** The machine's own clock, until it is stopped. */
export function stoppableClock(): StoppableClock {
  let stopped: AbortSignal | undefined;
  return {
    now: () => new Date(),
    sleep: async (milliseconds) => {
      await sleep(milliseconds, undefined, stopped === undefined ? {} : { signal: stopped });
    },
    stopWith: (signal) => {
      // Every pause listens for as long as it lasts: many listeners are no leak.
      setMaxListeners(0, signal);
      stopped = signal;
    },
  };
}
