import { setTimeout as delay } from 'node:timers/promises';

/** The longest time-out of a test, see jest.config.mjs: a test fails by its own, whatever it waits for. */
const LONGEST_MS = 180_000;

/** Waits until there is something, as long as the test may take: a busy machine is no fault. */
export async function until<T>(get: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + LONGEST_MS; Date.now() < deadline; await delay(20)) {
    const found = await get();
    if (found !== undefined) return found;
  }
  throw new Error('waited in vain');
}
