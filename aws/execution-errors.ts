import { SFNServiceException } from '@aws-sdk/client-sfn';
import { exitCodes } from '../core/base/exit-codes.ts';
import { ReleaseError } from '../core/base/errors.ts';

/** Step Functions refused a call or could not be reached; nothing was changed. The message says what to do. */
export class ServiceRefused extends ReleaseError {}

/** The task token was answered before, has expired, or its execution has ended, so this answer did not count. */
export class TooLate extends ReleaseError {
  override readonly exitCode = exitCodes.tooLate;
}

/** The answer was sent but no reply came: only the execution's history says whether it counted. */
export class AnswerUncertain extends ReleaseError {}

/** Errors that Step Functions returns for a token that nobody waits for any more (SDK, SendTaskSuccess). */
const late = new Set(['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist']);
const denied = new Set(['AccessDeniedException', 'UnrecognizedClientException', 'InvalidSignatureException']);
const missing = new Set(['ExecutionDoesNotExist', 'StateMachineDoesNotExist', 'InvalidArn']);

/** The message of the SDK's error (which has no name of its own) when no Region is set, or an empty one. */
const regionMissing = /^Region is missing$|^Region not accepted: region=""/;

/** Whether nothing listens at the endpoint. The SDK may have wrapped Node's error, so the message counts as well. */
function isRefusedConnection(error: Error): boolean {
  return ('code' in error && error.code === 'ECONNREFUSED') || error.message.includes('ECONNREFUSED');
}

function explain(what: string, name: string, message: string): string {
  if (denied.has(name)) {
    return `You are not allowed to ${what} (${name}: ${message}). Ask for the operator, approver or auditor policy.`;
  }
  if (missing.has(name)) return `There is no such execution or state machine in this account and region (${message}).`;
  if (name === 'CredentialsProviderError' || name === 'ExpiredTokenException') {
    return `There are no valid AWS credentials (${message}). For the runtime on this machine, add --local.`;
  }
  if (regionMissing.test(message))
    return 'No AWS Region is set: pass --region REGION or set AWS_REGION. For the runtime on this machine, add --local.';
  return `Step Functions did not ${what}: ${name}: ${message}`;
}

/**
 * Turns an error of the SDK into one with the words and the exit code of the command line. `what` completes "could not
 * …". "answer" is the one call that must not simply be repeated, so a lost reply to it has its own error.
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
    const words = `The answer was sent, and no reply came (${error.name}).`;
    return new AnswerUncertain(`${words} See whether it counted with one-roof status before you answer again.`, {
      cause: error,
    });
  }
  return new ServiceRefused(explain(what, error.name, error.message), { cause: error });
}
