/** One way of doing the same thing. */
export interface Contestant {
  readonly name: string;
  /** Brings the world into the same state for everybody; not measured. */
  prepare?(): Promise<void>;
  /** Does it once, and answers how many milliseconds it took. */
  run(): Promise<number>;
}

/**
 * Measures contestants in turn, round by round, so that whatever else the machine does falls on all of them alike; the
 * order is turned every round. Each runs once beforehand, which is not counted.
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
