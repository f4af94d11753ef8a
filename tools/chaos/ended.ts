import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { endedByItself, releaseEnding, rollbackOutcome } from '../../cli/execution/ending-of-history.ts';
import { stoppedEnding } from '../../core/ending/rollback-ending.ts';
import { type EndingName, isReleased } from '../../core/ending/ending-table.ts';
import type { ExecutionDescription } from '../../local/step-functions/start-step-functions.ts';

/** How a drive ended, in the words of the operator's tools. */
export interface Ended {
  readonly ending: EndingName;
  readonly headline: string;
  /** Result of the ROLLBACK that the rule started; `none` when the release succeeded and none was started. */
  readonly rule: string;
}

/** Reads how a release ended, as `one-roof` would: by its own decision, or by the rule's ROLLBACK. */
export function howItEnded(
  events: readonly HistoryEvent[],
  { status }: ExecutionDescription,
  rule: ExecutionDescription | undefined,
): Ended {
  const own = endedByItself(events) || status === 'SUCCEEDED';
  const outcome = rollbackOutcome(rule?.output);
  const { name, headline } = own ? releaseEnding(events) : stoppedEnding(outcome);
  // What the database holds is the same after a post check that a fault made fail.
  const ending = isReleased(name) ? 'released' : name;
  return { ending, headline, rule: rule === undefined ? 'none' : (outcome ?? 'needs_a_human') };
}
