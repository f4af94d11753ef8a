import type * as z from 'zod';
import type { EndingState, rollbackOutcomeSchema } from '../base/contracts.ts';
import type { Ending } from './ending.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { stateFromEntries } from '../evidence/entries.ts';

/** What a rollback ended with; undefined when an attempt failed. */
export type RollbackOutcome = z.output<typeof rollbackOutcomeSchema> | undefined;

/** Name under which a report files an end that no step recorded: the release was stopped, or ran out of time. */
export const stoppedError = 'Stopped';

/** How a rollback ended, in the words and exit codes of a release that it ended. */
export function rollbackEnding(outcome: RollbackOutcome): Ending {
  switch (outcome) {
    case 'rolled_back':
      return { name: 'rolled_back', exitCode: 13, headline: 'Rolled back: the database is exactly as before.' };
    case 'nothing_to_roll_back':
      return { name: 'nothing_to_roll_back', exitCode: 13, headline: 'Nothing of this run is in the database.' };
    case 'already_released':
      return { name: 'released', exitCode: 0, headline: 'Already released: the seal was found, nothing was touched.' };
    case undefined:
      return {
        name: 'needs_a_human',
        exitCode: 14,
        headline: 'The rollback did not succeed. A human has to look, unless a later report says otherwise.',
      };
  }
}

/** The state of the release that a rollback ended, as far as evidence tells it. */
export function rolledBackState(entries: readonly EvidenceEntry[], outcome: RollbackOutcome): EndingState {
  const state = stateFromEntries(entries);
  const error = state.error ?? { Error: stoppedError, Cause: 'The release ended without recording why.' };
  const sealed = outcome === 'already_released' ? { sealed: true } : { error };
  return { ...state, ...sealed, rollback: outcome === undefined ? {} : { Output: { outcome } } };
}
