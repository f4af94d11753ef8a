import { exitCodes } from '../base/exit-codes.ts';
import type { EndingState } from '../base/ending-state.ts';
import { states } from '../base/names.ts';
import { causeMessage, errorText } from './cause.ts';
import { type EndingRow, endStates, gateStillClosed } from './end-states.ts';
import { failure, gateClosed, notApproved, untouched } from './story.ts';

/** Why the approver said no: in the error of a task that was failed, or in the answer that the page gave. */
function rejectionOf({ error, reason }: EndingState): string {
  return error === undefined ? (reason ?? '') : causeMessage(error.Cause);
}

/** The endings of a release of which nothing is in the database: rows of the table of endings. */
export const notStarted = {
  gate_closed: {
    exitCode: exitCodes.blocked,
    endsIn: endStates.gateClosed,
    at: states.checkGate,
    headline: ({ gate }) => gateStillClosed(gate?.blockers ?? ''),
    story: ({ remedies }) => gateClosed('calm', 'Not started: the gate is closed', remedies),
  },
  documents_differ: {
    exitCode: exitCodes.differs,
    endsIn: endStates.gateClosed,
    at: states.checkGate,
    headline: ({ gate }) => gateStillClosed(gate?.blockers ?? ''),
    story: ({ remedies }) => gateClosed('warn', 'Not started: the commands differ', remedies),
  },
  gate_not_checked: {
    exitCode: exitCodes.error,
    endsIn: endStates.notChecked,
    at: states.checkGate,
    headline: (state) =>
      state.gate === undefined
        ? `The gate could not be read. ${errorText(state)}`
        : `The approval could not be completed. ${errorText(state)} Nothing was run.`,
    story: () => ({
      tone: 'warn',
      title: 'Not started: the checks could not be completed',
      happened: 'The release could not read the database, or could not ask for the approval, and went no further.',
      database: untouched,
      next: 'Have an engineer read the error under “Exact figures”, then start a new release.',
    }),
  },
  rejected: {
    exitCode: exitCodes.notApproved,
    endsIn: endStates.notApproved,
    at: states.awaitApproval,
    headline: (state) => `The approver rejected the release: ${rejectionOf(state)}. Nothing was run.`,
    story: ({ state }) =>
      notApproved(
        'Rejected by the approver',
        `The approver said no: ${rejectionOf(state)}`,
        'Settle the reason with the approver. A new release asks again.',
      ),
  },
  no_valid_apr: {
    exitCode: exitCodes.notApproved,
    endsIn: endStates.notApproved,
    at: states.checkAnswer,
    headline: ({ reason }) => `${reason ?? ''} Nothing was run.`,
    story: ({ state: { reason } }) =>
      notApproved(
        'Not approved: no valid code',
        `None of the answers named an approved request. The last one: ${reason ?? 'no reason was given'}`,
        'Find the code of the ratified request, then start a new release.',
      ),
  },
  expired: {
    exitCode: exitCodes.tooLate,
    endsIn: endStates.notApproved,
    at: states.awaitApproval,
    headline: () => 'Nobody answered in time. Nothing was run.',
    story: () =>
      notApproved(
        'Not approved: nobody answered',
        'The time for an answer ran out.',
        'Start a new release when ready.',
      ),
  },
  stale: {
    exitCode: exitCodes.tooLate,
    endsIn: endStates.notApproved,
    at: states.checkAnswer,
    headline: ({ reason }) => `${reason ?? ''} Nothing was run.`,
    story: ({ state: { reason } }) =>
      notApproved(
        'Not approved: things had changed',
        `What was approved was no longer what would have run. ${reason ?? ''}`,
        'Start a new release and look at it again.',
      ),
  },
  would_not_end_well: {
    exitCode: exitCodes.blocked,
    endsIn: endStates.wouldNot,
    at: states.trial,
    headline: (state) =>
      `The release would not end well, so it was not started; nothing was changed. ${errorText(state)}`,
    story: (told) => ({
      tone: 'calm',
      title: 'Not started: it would not end well',
      happened: `${failure(told)} Release and undo are tried in one transaction that keeps nothing, before the first change.`,
      database: 'Unchanged.',
      next: 'Have an engineer read the reason under “Exact figures”, then start a new release.',
    }),
  },
  preflight_failed: {
    exitCode: exitCodes.blocked,
    endsIn: endStates.nothing,
    headline: (state) => `The preflight refused after the approval; nothing was changed. ${errorText(state)}`,
    story: () => ({
      tone: 'calm',
      title: 'Stopped before the first change',
      happened: 'The last check before the first change found that something had moved since the approval.',
      database: untouched,
      next: 'Have an engineer read the reason under “Exact figures”, then start a new release.',
    }),
  },
} satisfies Readonly<Record<string, EndingRow>>;
