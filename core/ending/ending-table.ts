import { exitCodes } from '../base/exit-codes.ts';
import { states } from '../base/names.ts';
import { causeMessage, errorText } from './cause.ts';
import { type EndingRow, endStates, gateStillClosed } from './end-states.ts';
import { asBefore, failure, gateClosed, notApproved, released, untouched, verb } from './story.ts';

// The table of endings. A new ending is a row here, and a line in `endingOf` that says when it is one.
const rows = {
  released: {
    exitCode: exitCodes.done,
    endsIn: endStates.complete,
    headline: () => 'ROLLOUT COMPLETE — ALL TIERS PASSED',
    story: released,
  },
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
    headline: ({ error }) => `The approver rejected the release: ${causeMessage(error?.Cause)}. Nothing was run.`,
    story: ({ state: { error } }) =>
      notApproved(
        'Rejected by the approver',
        `The approver said no: ${causeMessage(error?.Cause)}`,
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
    exitCode: 10,
    endsIn: endStates.wouldNot,
    at: states.trial,
    headline: (state) =>
      `The release would not end well, so it was not started; nothing was changed. ${errorText(state)}`,
    story: (told) => ({
      tone: 'calm',
      title: 'Not started: it would not end well',
      happened: `${failure(told)} Release and undo are tried in one transaction that keeps nothing, before the first change.`,
      database: 'Unchanged. The trial wrote, and gave everything back.',
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
  rolled_back: {
    exitCode: exitCodes.rolledBack,
    endsIn: endStates.rolledBack,
    headline: (state) => `Failed and rolled back: the database is exactly as before. ${errorText(state)}`,
    story: (told) => ({
      tone: 'warn',
      title: `${verb(told)}, and rolled back completely`,
      happened: `${failure(told)} Everything that this release had changed until then was taken back.`,
      database: asBefore,
      next: 'Nothing is urgent. Have an engineer find the cause before a new release is started.',
    }),
  },
  nothing_to_roll_back: {
    exitCode: exitCodes.rolledBack,
    endsIn: endStates.nothing,
    headline: (state) => `Failed; nothing of this run is in the database. ${errorText(state)}`,
    story: (told) => ({
      tone: 'warn',
      title: `${verb(told)} before anything was changed`,
      happened: `${failure(told)} Nothing of this release was in the database, so there was nothing to take back.`,
      database: 'Nothing in it comes from this release.',
      next: 'Have an engineer find the cause before a new release is started.',
    }),
  },
  needs_a_human: {
    exitCode: exitCodes.needsHuman,
    endsIn: endStates.human,
    headline: (state) => `The rollback could not be proven. A human has to look. ${errorText(state)}`,
    story: (told) => ({
      tone: 'bad',
      title: 'An engineer is needed now',
      happened: `${failure(told)} The way back could not be completed or could not be proven.`,
      database: 'Not proven. It may lie between before and after.',
      next: 'Call the operator. The runbook’s section “A human is needed” says what to do; start nothing else.',
    }),
  },
} satisfies Readonly<Record<string, EndingRow>>;

/** Every way a release can end; the words of the report and of the exit code table. */
export type EndingName = keyof typeof rows;

/** The table of endings, by name. */
export const endingTable: Readonly<Record<EndingName, EndingRow>> = rows;

/** Whether a text is the name of an ending. */
const isEnding = (name: string): name is EndingName => Object.hasOwn(rows, name);

/** The names of all endings. */
export const endings = Object.keys(rows).filter(isEnding);
