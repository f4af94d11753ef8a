import type { EndingState } from '../base/ending-state.ts';
import { type EndingName, endingTable } from './ending-table.ts';

/** How a release ended, for the report, the last state and the shell. */
export interface Ending {
  readonly name: EndingName;
  /** Exit code of `one-roof`. */
  readonly exitCode: number;
  readonly headline: string;
}

/** An ending with its exit code from the table. */
export function ending(name: EndingName, headline: string): Ending {
  return { name, exitCode: endingTable[name].exitCode, headline };
}

function beforeApproval({ gate, ready, error, decision }: EndingState): EndingName {
  if (gate === undefined) return 'gate_not_checked';
  if (ready === false) return gate.blockers.includes('documents_differ;') ? 'documents_differ' : 'gate_closed';
  if (error?.Error === 'States.Timeout') return 'expired';
  if (error?.Error === 'ApprovalRejected') return 'rejected';
  if (decision === 'stale' || decision === 'no_valid_apr' || decision === 'rejected') return decision;
  return 'gate_not_checked';
}

function afterFailure({ rollback, trial, tiers = [] }: EndingState): EndingName {
  const outcome = rollback?.Output?.outcome;
  if (outcome === 'rolled_back') return outcome;
  // Whatever became of the rollback: nothing but the trial ran, and the trial keeps nothing.
  if (rollback !== undefined && trial === undefined) return 'would_not_end_well';
  if (outcome === 'nothing_to_roll_back') return tiers.length === 0 ? 'preflight_failed' : outcome;
  return 'needs_a_human';
}

function nameOf(state: EndingState): EndingName {
  const { sealed, rollback, tiers, decision } = state;
  if (sealed === true || rollback?.Output?.outcome === 'already_released')
    return state.postChecks?.problems.length === 0 ? 'released' : 'released_check_failed';
  const begun = rollback !== undefined || tiers !== undefined || decision === 'approved';
  return begun ? afterFailure(state) : beforeApproval(state);
}

/** Decides how a release ended from its state, however much of it there is: every state has an ending. */
export function endingOf(state: EndingState): Ending {
  const name = nameOf(state);
  return ending(name, endingTable[name].headline(state));
}
