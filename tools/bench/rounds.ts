/** One of several ways to do the same thing. */
export interface Contestant {
  readonly name: string;
  /** Brings the database into the same state for every contestant; not measured. */
  prepare?(): Promise<void>;
  /** Does it once and returns the milliseconds that it took. */
  run(): Promise<number>;
}

/**
 * Measures contestants in turn, round by round, so that other work on the machine affects all of them alike; the order
 * is reversed in every round. Each runs once beforehand, which is not counted.
 */
export async function interleave(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of order) {
      await contestant.prepare?.();
      const ms = await contestant.run();
      if (round > 0) samples.get(contestant.name)?.push(ms);
    }
  }
  return samples;
}
