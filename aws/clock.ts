import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../core/base/ports.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};
