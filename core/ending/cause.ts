import type { EndingState } from '../base/ending-state.ts';
import { parseJson } from '../base/json.ts';

/**
 * What a report names as the step that failed when no step recorded it: the release was stopped, or ran out of time.
 */
export const stoppedError = 'Stopped';

/** What a report names as the error of a release that was complete until an operator took it back. */
export const undoneError = 'Undone';

/** The message inside a Catch's Cause: Lambda puts a JSON text with errorMessage there. */
export function causeMessage(cause: string | null | undefined): string {
  if (cause === null || cause === undefined || cause === '') return 'no cause was given';
  const parsed = parseJson(cause);
  if (parsed !== null && typeof parsed === 'object') {
    if ('errorMessage' in parsed) return String(parsed.errorMessage);
    // States.TaskFailed of a task that started an execution: a description of that execution, which holds its own cause.
    if ('Cause' in parsed && typeof parsed.Cause === 'string') return causeMessage(parsed.Cause);
    return 'the report of the step that failed says why';
  }
  // SendTaskFailure and Step Functions itself give plain text.
  return cause;
}

/** The error in a state, with its message, as text for one line. */
export function errorText({ error }: EndingState): string {
  return error === undefined ? 'unknown error' : `${error.Error ?? 'unknown error'}: ${causeMessage(error.Cause)}`;
}

/** Which step of the way back failed, and why, as text for one line; empty when nothing tells. */
export function rollbackFailureText({ rollback }: EndingState): string {
  const failure = rollback?.failure;
  return failure === undefined ? '' : `${failure.step}: ${failure.message}`;
}

/** What is wrong with a sealed release by its post checks: what they found, or why they could not look. */
export function checkFailure(state: EndingState): string {
  const { postChecks } = state;
  if (postChecks !== undefined) return `a post check failed: ${postChecks.problems.join('; ')}`;
  return `nobody has read it back${state.error === undefined ? '' : `. ${errorText(state)}`}`;
}
