import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { rollbackOutcomeSchema } from '../../core/base/rollback-contracts.ts';
import { endingStateSchema, type EndingState } from '../../core/base/ending-state.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import { RollbackRefused } from '../../core/base/errors.ts';
import { type Ending, endingOf } from '../../core/ending/ending.ts';
import type { RollbackEnd } from '../../core/ending/rollback-ending.ts';

/** What the last state of a release knew, and where the report lies if it could be written. */
export interface LastState {
  readonly state: EndingState;
  readonly report: string | undefined;
}

const reportSchema = z.looseObject({ report: z.string() });
const outcomeSchema = z.union([
  z.looseObject({ outcome: rollbackOutcomeSchema }).transform(({ outcome }) => outcome),
  z.looseObject({ Error: z.literal(RollbackRefused.name) }).transform(() => 'refused' as const),
]);

/** Reads what the last state of a release was handed. */
export function lastState(events: readonly HistoryEvent[]): LastState {
  const entered = events.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  const text = entered?.stateEnteredEventDetails?.input;
  return { state: parseJsonAs(endingStateSchema, text) ?? {}, report: parseJsonAs(reportSchema, text)?.report };
}

/**
 * Whether a release ended by its own decision, in a Succeed or Fail state. A stop, a time-out of the machine and
 * States.Runtime end it elsewhere; for those the rule starts ROLLBACK, and only that one's outcome says how it ended.
 */
export function endedByItself(events: readonly HistoryEvent[]): boolean {
  const entered = events.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  return entered?.type === 'SucceedStateEntered' || entered?.type === 'FailStateEntered';
}

/** How a release that ended by its own decision ended. */
export function releaseEnding(events: readonly HistoryEvent[]): Ending {
  return endingOf(lastState(events).state);
}

/** Reads how a ROLLBACK ended from its output (JSON text). */
export function rollbackOutcome(output: string | undefined): RollbackEnd {
  return parseJsonAs(outcomeSchema, output);
}

/** Where the report of a ROLLBACK lies, from its output (JSON text); undefined when it wrote none. */
export function rollbackReport(output: string | undefined): string | undefined {
  return parseJsonAs(reportSchema, output)?.report;
}
