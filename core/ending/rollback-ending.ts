import { exitCodes } from '../base/exit-codes.ts';
import * as z from 'zod';
import type { rollbackOutcomeSchema } from '../base/rollback-contracts.ts';
import { type EndingState, endingStateSchema } from '../base/ending-state.ts';
import { states } from '../base/names.ts';
import { rollbackFailureText, stoppedError, undoneError } from './cause.ts';
import { othersSentence } from './story.ts';
import { type EndingName, isReleased } from './ending-table.ts';
import { type Ending, ending } from './ending.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { lastOf, stateFromEntries, wayBackFailure } from '../evidence/entries.ts';

const closedBefore = z.object({ name: z.string(), state: endingStateSchema });
const provenOthers = z.object({ others: z.array(z.string()) });

/** What a rollback ended with; undefined when an attempt failed. */
export type RollbackOutcome = z.output<typeof rollbackOutcomeSchema> | undefined;

/**
 * How an execution of ROLLBACK ended: with an outcome, or because its input was refused before anything was touched.
 */
export type RollbackEnd = RollbackOutcome | 'refused';

/** One outcome of a rollback: the ending it makes of the release, and how that is said to three readers. */
interface RollbackRow {
  readonly name: EndingName;
  /** The state in which the execution of ROLLBACK ends. */
  readonly endsIn: string;
  /** In the report of the rollback. */
  readonly reported: string;
  /** To whoever stopped the release. */
  readonly stopped: string;
  /** To whoever started the rollback. */
  readonly own: string;
}

/** What a Fail state of ROLLBACK says. */
export const humanNeeded = {
  error: 'NeedsAHuman',
  cause: 'The database may be between two states. Read docs/operator.md, "Needs a human", before anything else.',
} as const;

/** The table of a rollback's ends. */
export const rollbackTable: Readonly<Record<NonNullable<RollbackEnd> | 'failed', RollbackRow>> = {
  rolled_back: {
    name: 'rolled_back',
    endsIn: 'Rolled back',
    reported: 'Rolled back: the database is exactly as before.',
    stopped: 'Stopped. The database is exactly as before.',
    own: 'Rolled back: the database is exactly as before the release.',
  },
  nothing_to_roll_back: {
    name: 'nothing_to_roll_back',
    endsIn: 'Nothing to roll back',
    reported: 'Nothing of this run is in the database.',
    stopped: 'Stopped. The database is exactly as before.',
    own: 'Nothing of this run is in the database; nothing was undone.',
  },
  already_released: {
    name: 'released',
    endsIn: 'Already released',
    reported: 'Already released: the seal was found, nothing was touched.',
    stopped: 'Stopped after the seal: the release is complete.',
    own: 'This run is released and sealed; nothing was undone.',
  },
  refused: {
    name: 'needs_a_human',
    endsIn: states.inputRefused,
    reported: 'The rollback was refused before anything was touched.',
    stopped: 'Stopped, and its rollback was refused: start it again.',
    own: 'The input of this rollback was refused; nothing was touched. Its output says what is wrong.',
  },
  failed: {
    name: 'needs_a_human',
    endsIn: 'Needs a human',
    reported: 'The rollback did not succeed. A human has to look, unless a later report says otherwise.',
    stopped: 'Stopped, and the rollback could not be proven.',
    own: 'The rollback could not be proven. A human has to look.',
  },
};

/** How a rollback ended, in the words and exit codes of a release that it ended. */
export function rollbackEnding(outcome: RollbackOutcome, state: EndingState): Ending {
  const { name, reported } = rollbackTable[outcome ?? 'failed'];
  const undone = outcome === 'rolled_back' && state.error?.Error === undoneError;
  const said = undone ? `Undone by an operator. ${reported}` : reported;
  const why = outcome === undefined ? rollbackFailureText(state) : leftAlone(state);
  return ending(name, why === '' ? said : `${said} ${why}`);
}

/** What others changed meanwhile, in a sentence; empty when nothing. */
function leftAlone({ rollback }: EndingState): string {
  const others = rollback?.Output?.others ?? [];
  return others.length === 0 ? '' : othersSentence(others);
}

/** How a stopped release ended, according to the outcome of the ROLLBACK that followed it. */
export function stoppedEnding(outcome: RollbackEnd): Ending {
  const { name, stopped } = rollbackTable[outcome ?? 'failed'];
  return ending(name, stopped);
}

/** How a release stands that had ended by itself, and whose work a later rollback took back. */
export function undoneEnding(): Ending {
  const { name, reported } = rollbackTable.rolled_back;
  return ending(name, `Undone since. ${reported}`);
}

/** How an execution of ROLLBACK ended. Its purpose is to restore the database, so *rolled back* is exit code 0. */
export function ownEnding(outcome: RollbackEnd): Ending {
  const { name, own } = rollbackTable[outcome ?? 'failed'];
  if (outcome === undefined) return ending(name, own);
  return { name, exitCode: outcome === 'refused' ? exitCodes.usage : exitCodes.done, headline: own };
}

/** What others changed meanwhile, as the proof of the rollback has recorded it. */
const othersOf = (entries: readonly EvidenceEntry[]): string[] =>
  provenOthers.safeParse(lastOf(entries, 'prove-baseline')?.facts).data?.others ?? [];

/** How the release itself had ended before, by its own closing entry; undefined when it did not get there. */
function ownEndingOf(entries: readonly EvidenceEntry[]): EndingState['error'] {
  const closed = closedBefore.safeParse(lastOf(entries, 'ending')?.facts).data;
  if (closed !== undefined && isReleased(closed.name))
    return { Error: undoneError, Cause: 'An operator undid the sealed release.' };
  return closed?.state.error;
}

/** The state of the release that a rollback ended, as far as evidence tells it. */
export function rolledBackState(entries: readonly EvidenceEntry[], outcome: RollbackOutcome): EndingState {
  const state = stateFromEntries(entries);
  const stopped = { Error: stoppedError, Cause: 'The release ended without recording why.' };
  const error = ownEndingOf(entries) ?? state.error ?? stopped;
  const sealed = outcome === 'already_released' ? { sealed: true } : { error };
  const failure = wayBackFailure(entries);
  const failed = failure === undefined ? {} : { failure };
  const rollback = outcome === undefined ? failed : { Output: { outcome, others: othersOf(entries) } };
  return { ...state, ...sealed, rollback };
}
