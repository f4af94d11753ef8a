import { SFNServiceException } from '@aws-sdk/client-sfn';
import { ReleaseError } from '../core/base/errors.ts';

/** Step Functions said no, or could not be asked; nothing was changed. The message says what to do. */
export class ServiceRefused extends ReleaseError {}

/** The token was answered before, has expired, or its execution has ended: this answer did not count. */
export class TooLate extends ReleaseError {
  override readonly exitCode = 12;
}

/** The answer was sent and no reply came: only the history says whether it counted. */
export class AnswerUncertain extends ReleaseError {}

/** What Step Functions answers to a token that nobody waits for any more (SDK, SendTaskSuccess). */
const late = new Set(['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist']);
const denied = new Set(['AccessDeniedException', 'UnrecognizedClientException', 'InvalidSignatureException']);
const missing = new Set(['ExecutionDoesNotExist', 'StateMachineDoesNotExist', 'InvalidArn']);

/** Whether nobody listens at the endpoint; the SDK may have wrapped Node's error, so its text counts as well. */
function isRefusedConnection(error: Error): boolean {
  return ('code' in error && error.code === 'ECONNREFUSED') || error.message.includes('ECONNREFUSED');
}

function explain(what: string, name: string, message: string): string {
  if (denied.has(name)) {
    return `You are not allowed to ${what} (${name}: ${message}). Ask for the operator, approver or auditor policy.`;
  }
  if (missing.has(name)) return `Step Functions does not know it (${message}).`;
  if (name === 'CredentialsProviderError' || name === 'ExpiredTokenException') {
    return `There are no valid AWS credentials (${message}). For the runtime on this machine add --local.`;
  }
  return `Step Functions did not ${what}: ${name}: ${message}`;
}

/**
 * Gives an error of the SDK the words and the exit code it has on the command line. `what` completes "could not …";
 * "answer" is the one call whose repetition would mean something else, so a lost reply has its own error.
 */
export function asRefusal(what: string, error: unknown): Error {
  if (error instanceof ReleaseError) return error;
  if (!(error instanceof Error)) return new ServiceRefused(`Step Functions did not ${what}.`);
  if (late.has(error.name)) {
    const words = 'Too late: the request was answered before, has expired, or the release has ended.';
    return new TooLate(`${words} Your answer did not count (${error.name}).`, { cause: error });
  }
  if (isRefusedConnection(error)) {
    const words = `Nothing answers at the Step Functions endpoint: could not ${what}. Is it still running?`;
    return new ServiceRefused(words, { cause: error });
  }
  if (what === 'answer' && !(error instanceof SFNServiceException) && error.name !== 'CredentialsProviderError') {
    const words = `The answer was sent, and no reply came (${error.name}). Look with one-roof status before you try again.`;
    return new AnswerUncertain(words, { cause: error });
  }
  return new ServiceRefused(explain(what, error.name, error.message), { cause: error });
}
