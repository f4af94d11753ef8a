import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Ending } from '../core/ending.ts';
import { runIdOf } from '../core/run-id.ts';
import {
  endedByItself,
  releaseEnding,
  rollbackOutcome,
  type RollbackOutcome,
  stoppedEnding,
} from './ending-of-history.ts';
import { viewExecution } from './execution-view.ts';
import { observe, pollInterval } from './observe.ts';
import type { Target } from './target.ts';

/** How long the rule may take to start ROLLBACK: EventBridge delivers within seconds, usually. */
const RULE_PATIENCE_MS = 60_000;
/** Rollbacks looked at to find the one of a release. */
const NEWEST = 5;

/**
 * The ROLLBACK that the rule (or a person) started for a release, if there is one yet. One that was stopped together
 * with its release is not it: the rule's follows.
 */
export async function rollbackOf(target: Target, executionArn: string): Promise<string | undefined> {
  const runId = runIdOf(executionArn);
  for (const { arn, status } of await target.executions.list(target.rollbackArn, { most: NEWEST })) {
    if (status === 'ABORTED') continue;
    if (viewExecution(arn, await target.executions.history(arn)).runId === runId) return arn;
  }
  return undefined;
}

/** Waits for a ROLLBACK's end, handing each history to `onEvents`, and says how it ended. */
export async function rollbackEnd(
  target: Target,
  rollbackArn: string,
  onEvents: (events: readonly HistoryEvent[]) => void,
): Promise<RollbackOutcome> {
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
  let found = await rollbackOf(target, executionArn);
  while (found === undefined && Date.now() < deadline) {
    await sleep(pollInterval(target));
    found = await rollbackOf(target, executionArn);
  }
  if (found === undefined) return stoppedEnding(undefined);
  const arn = found;
  return stoppedEnding(await rollbackEnd(target, arn, (seen) => onRollback(arn, seen)));
}
