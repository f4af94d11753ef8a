import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { isRollback } from '../../core/base/names.ts';
import { statusOf } from '../../core/approval/execution-view.ts';
import type { Ending } from '../../core/ending/ending.ts';
import { isReleased } from '../../core/ending/ending-table.ts';
import { ownEnding, stoppedEnding, undoneEnding } from '../../core/ending/rollback-ending.ts';
import { endedByItself, releaseEnding, rollbackOutcome, rollbackReport } from './ending-of-history.ts';
import { rollbackOf } from './follow-rollback.ts';
import type { Target } from './target.ts';

/** How it ended, as far as that is known: after a stop, the rollback may still be running or not have started yet. */
export interface EndedNow {
  readonly ending?: Ending;
  /** ROLLBACK of a release that did not end by itself, or that was undone since. */
  readonly rollback?: string;
  /** Where the report of that ROLLBACK lies. */
  readonly report?: string;
}

/** How an execution that is not running any more ended; a release that was undone since says so. @throws ServiceRefused. */
export async function endedNow(target: Target, arn: string, events: readonly HistoryEvent[]): Promise<EndedNow> {
  if (isRollback(arn)) {
    return { ending: ownEnding(rollbackOutcome(events.at(-1)?.executionSucceededEventDetails?.output)) };
  }
  const own = endedByItself(events) ? { ending: releaseEnding(events) } : {};
  // A release that was complete, or that a human had to look after, may have been undone since.
  if (own.ending !== undefined && !isReleased(own.ending.name) && own.ending.name !== 'needs_a_human') return own;
  const rollback = await rollbackOf(target, arn, events);
  if (rollback === undefined) return own;
  const its = await target.executions.history(rollback);
  if (statusOf(its) === 'running') return { rollback };
  const output = its.at(-1)?.executionSucceededEventDetails?.output;
  const outcome = rollbackOutcome(output);
  const written = rollbackReport(output);
  const reported = written === undefined ? {} : { report: written };
  if (own.ending === undefined) return { rollback, ending: stoppedEnding(outcome), ...reported };
  return outcome === 'rolled_back' ? { rollback, ending: undoneEnding(), ...reported } : own;
}
