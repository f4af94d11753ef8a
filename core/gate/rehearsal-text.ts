import { toTheMinute } from '../base/instant.ts';
import type { HeldLock, RehearsalSummary } from '../base/rehearsal-summary.ts';

/**
 * What a lock keeps others from, in words: PostgreSQL's table of conflicting lock modes, for an application's queries.
 */
function effectOf({ mode }: HeldLock): string {
  return mode === 'AccessExclusiveLock' ? 'nobody can read or write it' : 'nobody can write it';
}

/** One line per table that existed before and is locked meanwhile, the longest first. */
export function lockLines(locks: readonly HeldLock[]): string[] {
  return [...locks]
    .sort((left, right) => right.milliseconds - left.milliseconds)
    .map((lock) => `${lock.relation}: for about ${lock.milliseconds} ms in ${lock.script} ${effectOf(lock)}`);
}

/** The tables that would make the application wait during a real run; those of the rollback are left out. */
export function forwardLocks(summary: RehearsalSummary): HeldLock[] {
  const tiers = new Set(summary.tiers.map(({ id }) => id));
  return summary.locks.filter(({ script }) => tiers.has(script));
}

/** What an approver should know of a rehearsal, as lines of plain English. */
export function describeRehearsal(summary: RehearsalSummary & { readonly at?: string }): string[] {
  const when = summary.at === undefined ? '' : `${toTheMinute(summary.at)}, `;
  const size = (summary.bytes / 1e6).toFixed(0);
  const signed = summary.signature === 'simulated' ? ' (the signature was simulated, on the copy)' : '';
  const locks = lockLines(forwardLocks(summary));
  return [
    `${when}on a copy of ${size} MB${signed}: ${summary.result}`,
    `Expected duration of the tiers: ${summary.expectedSeconds} s`,
    ...(locks.length === 0 ? ['No table of the application would have to wait.'] : locks),
  ];
}
