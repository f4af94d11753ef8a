/** List prices of eu-central-1 in USD, as published, without free allowances. Run Command itself is free. */
export const price = {
  transition: 0.025 / 1_000,
  invocation: 0.2 / 1_000_000,
  /** Lambda on Arm, per GB-second; our functions have half a gigabyte. */
  memory: 0.0000133334,
  /** PUT and LIST. */
  put: 0.0054 / 1_000,
  get: 0.00043 / 1_000,
  /** An asymmetric request to KMS. */
  signing: 0.15 / 10_000,
};
const gigabytes = 0.5;
/**
 * Initialisation before a function's first call, in seconds. The worst case is assumed: a new container for each
 * function.
 */
const coldStart = 0.6;

/** What this many calls of functions cost that run for so many seconds together, in USD. */
export function computing(calls: number, seconds: number): number {
  return calls * price.invocation + (seconds + calls * coldStart) * gigabytes * price.memory;
}
