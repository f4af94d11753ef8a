import type { Catcher, Retrier } from './fields.ts';

/**
 * Whether ErrorEquals matches an error. States.ALL does not match States.Runtime; States.TaskFailed matches everything
 * but States.Timeout (developer guide, "Handling errors"). The guide also says that States.ALL does not match
 * States.DataLimitExceeded, but on AWS it catches a result that is too large (recorded).
 */
export function matches(errorEquals: readonly string[], error: string | null): boolean {
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return error !== 'States.Runtime';
    if (name === 'States.TaskFailed') return error !== 'States.Runtime' && error !== 'States.Timeout';
    return name === error;
  });
}

/** The first Catch item that matches the error, which is the one the service chooses. */
export function findCatcher(catchers: readonly Catcher[], error: string | null): Catcher | undefined {
  return catchers.find((catcher) => matches(catcher.ErrorEquals, error));
}

/** Counts the attempts of one visit to a state. Each Retry item has its own count and its own growing delay. */
export class RetryCounter {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds to wait before the next attempt, or undefined when there is none. */
  nextDelayMs(error: string | null): number | undefined {
    const retrier = this.#retriers.find((item) => matches(item.ErrorEquals, error));
    if (!retrier) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const grown = retrier.IntervalSeconds * retrier.BackoffRate ** used;
    const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Infinity);
    return seconds * 1000 * (retrier.JitterStrategy === 'FULL' ? Math.random() : 1);
  }
}
