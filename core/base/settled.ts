/**
 * Waits for all promises, also when one of them is rejected, because a function must not end while something of it is
 * still being sent.
 * @throws the error of the first that was rejected, in the order given.
 */
export async function settled<const T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
