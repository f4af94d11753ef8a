/** The median of some measurements; with an even number, the mean of the two in the middle. NaN when there are none. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/**
 * Growth exponent between two sizes: 1 is linear, 2 quadratic. It is computed from whole run times including the start
 * of psql, which flatters small sizes; the exponent of the last decade is therefore shown separately as well.
 */
export function exponent(small: { size: number; time: number }, large: { size: number; time: number }): number {
  return Math.log(large.time / small.time) / Math.log(large.size / small.size);
}

/** The result of a function, and the milliseconds that it took. */
export async function timed<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly result: T }> {
  const began = performance.now();
  const result = await run();
  return { ms: performance.now() - began, result };
}
