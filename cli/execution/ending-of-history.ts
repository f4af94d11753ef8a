import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { endingStateSchema, type EndingState, rollbackOutcomeSchema } from '../../core/base/contracts.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import { type Ending, endingOf } from '../../core/ending/ending.ts';

/** What the last state of a release knew, and where the report lies if it could be written. */
export interface LastState {
  readonly state: EndingState;
  readonly report: string | undefined;
}

/** What a ROLLBACK ended with; undefined when it did not end well. */
export type RollbackOutcome = z.output<typeof rollbackOutcomeSchema> | undefined;

const reportSchema = z.looseObject({ report: z.string() });
const outcomeSchema = z.looseObject({ outcome: rollbackOutcomeSchema });

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
export function rollbackOutcome(output: string | undefined): RollbackOutcome {
  return parseJsonAs(outcomeSchema, output)?.outcome;
}

/** How a release ended that was stopped, by the outcome of the ROLLBACK that followed it. */
export function stoppedEnding(outcome: RollbackOutcome): Ending {
  switch (outcome) {
    case 'rolled_back':
    case 'nothing_to_roll_back':
      return { name: outcome, exitCode: 13, headline: 'Stopped. The database is exactly as before.' };
    case 'already_released':
      return { name: 'released', exitCode: 0, headline: 'Stopped after the seal: the release is complete.' };
    case undefined:
      return { name: 'needs_a_human', exitCode: 14, headline: 'Stopped, and the rollback could not be proven.' };
  }
}

/** How a ROLLBACK itself ended: bringing the database back is what it is for, so that is exit code 0. */
export function rollbackEnding(outcome: RollbackOutcome): Ending {
  switch (outcome) {
    case 'rolled_back':
      return { name: outcome, exitCode: 0, headline: 'Rolled back: the database is exactly as before the release.' };
    case 'nothing_to_roll_back':
      return { name: outcome, exitCode: 0, headline: 'Nothing of this run is in the database; nothing was undone.' };
    case 'already_released':
      return { name: 'released', exitCode: 0, headline: 'This run is released and sealed; nothing was undone.' };
    case undefined:
      return {
        name: 'needs_a_human',
        exitCode: 14,
        headline: 'The rollback could not be proven. A human has to look.',
      };
  }
}
