import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Ending } from '../../core/ending/ending.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { endedByItself, releaseEnding, rollbackOutcome } from './ending-of-history.ts';
import { type RollbackEnd, stoppedEnding } from '../../core/ending/rollback-ending.ts';
import { observe, pollInterval } from './observe.ts';
import { runOfRollback } from './run-of-rollback.ts';
import type { Target } from './target.ts';

/** How long the rule may take to start ROLLBACK: EventBridge delivers within seconds, usually. */
const RULE_PATIENCE_MS = 60_000;
/** Rollbacks looked at to find the one of a release; the service keeps no execution longer than 90 days. */
const MOST = 1000;

/** The message about a release that was stopped or timed out, and for which no rollback is found. */
export function noRollback(runId: string): string {
  return (
    'Stopped, and no rollback of it is to be seen among those that started since. One starts by itself within a ' +
    `minute of the stop; if it does not: one-roof rollback --execution ${runId}`
  );
}

/** Looks for the ROLLBACK of a release, again and again; undefined while there is none. */
type FindRollback = () => Promise<string | undefined>;

/**
 * Creates the search for the ROLLBACK that the rule (or a person) started for a release: the newest one that started
 * after the release. A rollback that was stopped together with its release does not count, because the rule starts
 * another one. Rollbacks of other runs are remembered and not read again.
 */
function rollbackFinder(target: Target, executionArn: string, events: readonly HistoryEvent[]): FindRollback {
  const { executions, rollbackArn } = target;
  const runId = runIdOf(executionArn);
  const since = events[0]?.timestamp ?? new Date(0);
  const others = new Set<string>();
  return async () => {
    for (const { arn, status } of await executions.list(rollbackArn, { most: MOST, since })) {
      if (status === 'ABORTED' || others.has(arn)) continue;
      const run = runOfRollback(await executions.history(arn));
      if (run === runId) return arn;
      if (run !== undefined || status !== 'RUNNING') others.add(arn);
    }
    return undefined;
  };
}

/** The ROLLBACK of a release with this history, if one is there. */
export function rollbackOf(
  target: Target,
  executionArn: string,
  events: readonly HistoryEvent[],
): Promise<string | undefined> {
  return rollbackFinder(target, executionArn, events)();
}

/** Waits for a ROLLBACK's end, handing each history to `onEvents`, and says how it ended. */
export async function rollbackEnd(
  target: Target,
  rollbackArn: string,
  onEvents: (events: readonly HistoryEvent[]) => void,
): Promise<RollbackEnd> {
  let last: readonly HistoryEvent[] = [];
  for await (const events of observe(target, rollbackArn)) {
    onEvents(events);
    last = events;
  }
  return rollbackOutcome(last.at(-1)?.executionSucceededEventDetails?.output);
}

/**
 * How a release that has ended really ended. One that was stopped or timed out did not decide that itself: the rule
 * starts ROLLBACK for it, whose outcome is waited for; if the rule does not, a human is needed.
 */
export async function endingOfRelease(
  target: Target,
  executionArn: string,
  events: readonly HistoryEvent[],
  onRollback: (rollbackArn: string, events: readonly HistoryEvent[]) => void = () => undefined,
): Promise<Ending> {
  if (endedByItself(events)) return releaseEnding(events);
  const deadline = Date.now() + RULE_PATIENCE_MS;
  const find = rollbackFinder(target, executionArn, events);
  let found = await find();
  while (found === undefined && Date.now() < deadline) {
    await sleep(pollInterval(target));
    found = await find();
  }
  if (found === undefined) return { ...stoppedEnding(undefined), headline: noRollback(runIdOf(executionArn)) };
  const arn = found;
  return stoppedEnding(await rollbackEnd(target, arn, (seen) => onRollback(arn, seen)));
}
