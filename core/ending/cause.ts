import type { EndingState } from '../base/ending-state.ts';
import { parseJson } from '../base/json.ts';

/**
 * What a report names as the step that failed when no step recorded it: the release was stopped, or ran out of time.
 */
export const stoppedError = 'Stopped';

/** The message inside a Catch's Cause: Lambda puts a JSON text with errorMessage there. */
export function causeMessage(cause: string | null | undefined): string {
  if (cause === null || cause === undefined || cause === '') return 'no cause was given';
  const parsed = parseJson(cause);
  if (parsed !== null && typeof parsed === 'object' && 'errorMessage' in parsed) return String(parsed.errorMessage);
  // SendTaskFailure and Step Functions itself give plain text.
  return cause;
}

/** The error in a state, with its message, as text for one line. */
export function errorText({ error }: EndingState): string {
  return error === undefined ? 'unknown error' : `${error.Error ?? 'unknown error'}: ${causeMessage(error.Cause)}`;
}
