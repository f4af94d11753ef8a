import type { EndingState } from '../base/contracts.ts';
import { parseJson } from '../base/json.ts';
import { type Ending, ending } from './ending-table.ts';

/** The message inside a Catch's Cause: Lambda puts a JSON text with errorMessage there. */
export function causeMessage(cause: string | null | undefined): string {
  if (cause === null || cause === undefined || cause === '') return 'no cause was given';
  const parsed = parseJson(cause);
  if (parsed !== null && typeof parsed === 'object' && 'errorMessage' in parsed) return String(parsed.errorMessage);
  // SendTaskFailure and Step Functions itself give plain text.
  return cause;
}

function errorText(state: EndingState): string {
  const { error } = state;
  return error === undefined ? 'unknown error' : `${error.Error ?? 'unknown error'}: ${causeMessage(error.Cause)}`;
}

function beforeApproval(state: EndingState): Ending {
  if (state.gate === undefined) return ending('gate_not_checked', `The gate could not be read. ${errorText(state)}`);
  if (state.ready === false) {
    const name = state.gate.blockers.includes('documents_differ;') ? 'documents_differ' : 'gate_closed';
    return ending(name, `Gate still closed (${state.gate.blockers}). No action taken.`);
  }
  if (state.error?.Error === 'States.Timeout') {
    return ending('expired', 'Nobody answered in time. Nothing was run.');
  }
  if (state.error?.Error === 'ApprovalRejected') {
    return ending(
      'rejected',
      `The approver rejected the release: ${causeMessage(state.error.Cause)}. Nothing was run.`,
    );
  }
  if (state.decision === 'stale') return ending('stale', `${state.reason ?? ''} Nothing was run.`);
  if (state.decision === 'no_valid_apr') return ending('no_valid_apr', `${state.reason ?? ''} Nothing was run.`);
  return ending('gate_not_checked', `The approval could not be completed. ${errorText(state)} Nothing was run.`);
}

function afterFailure(state: EndingState): Ending {
  const outcome = state.rollback?.Output?.outcome;
  if (outcome === 'rolled_back') {
    return ending('rolled_back', `Failed and rolled back: the database is exactly as before. ${errorText(state)}`);
  }
  if (outcome === 'nothing_to_roll_back') {
    const atPreflight = state.tiers === undefined || state.tiers.length === 0;
    return atPreflight
      ? ending('preflight_failed', `The preflight refused after the approval; nothing was changed. ${errorText(state)}`)
      : ending('nothing_to_roll_back', `Failed; nothing of this run is in the database. ${errorText(state)}`);
  }
  return ending('needs_a_human', `The rollback could not be proven. A human has to look. ${errorText(state)}`);
}

/** Says how a release ended, from whatever of its state there is. Total: every state has an ending. */
export function endingOf(state: EndingState): Ending {
  if (state.sealed === true || state.rollback?.Output?.outcome === 'already_released') {
    return ending('released', 'ROLLOUT COMPLETE — ALL TIERS PASSED');
  }
  if (state.rollback !== undefined || state.tiers !== undefined) return afterFailure(state);
  if (state.decision === 'approved') return afterFailure(state);
  return beforeApproval(state);
}
