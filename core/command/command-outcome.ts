import type { Invocation } from '../base/ports.ts';
import type { WrapperEnd, WrapperExit } from './wrapper-output.ts';

/**
 * What may be concluded about a sent command.
 * - `running`: it may still start, run or be reported; ask again.
 * - `succeeded`: psql ended with 0 and printed the proof line.
 * - `failed-clean`: nothing of it runs or can start any more, and psql reported a failure or never started. This does
 *   *not* mean that nothing was committed: a script that fails in its proof query, after COMMIT, ends in the same way.
 * - `unknown`: everything else. Only the fence may follow.
 */
export type CommandOutcome = 'running' | 'succeeded' | 'failed-clean' | 'unknown';

/**
 * Outcome by the exit code in the wrapper's own last line for this run and script, which overrules SSM's status. With 2
 * (server gone in mid-script), 124 and 70 (psql stopped or killed) it is unknown whether a COMMIT got through and
 * whether the backend is still at work; 66 claims success without proof.
 */
const byWrapperExit: Readonly<Record<WrapperExit, CommandOutcome>> = {
  0: 'succeeded',
  2: 'unknown',
  3: 'failed-clean',
  65: 'failed-clean',
  66: 'unknown',
  69: 'failed-clean',
  70: 'unknown',
  124: 'unknown',
};

/**
 * Outcome by SSM's status when the wrapper's last line is missing. `Success` only means that the agent saw exit code 0
 * or 168; `Failed` is also reported when the agent's worker died while the script went on; `TimedOut` and `Cancelled`
 * stop docker's client, never psql; and SSM reports `DeliveryTimedOut` even for commands that run.
 */
const byStatus: ReadonlyMap<string, CommandOutcome> = new Map([
  ['Pending', 'running'],
  ['InProgress', 'running'],
  ['Delayed', 'running'],
  ['Cancelling', 'running'],
  ['Success', 'unknown'],
  ['Cancelled', 'unknown'],
  ['TimedOut', 'unknown'],
  ['Failed', 'unknown'],
]);

/**
 * Status details of a command that was refused by the service or by the document's precondition, before any step:
 * access to the node was denied, or the node's platform does not match. `Undeliverable` and `Terminated` are not
 * listed: SSM also reports them when a node does not answer, which does not prove that nothing was delivered.
 */
const neverStarted = new Set(['AccessDenied', 'InvalidPlatform']);

/** SSM's response code until a script has answered. */
const NOT_STARTED = -1;

/**
 * Turns what SSM and the wrapper report into an outcome; no other code does. `end` must be the end line of this very
 * run and script, or undefined. Details are compared without spaces: SSM writes both `AccessDenied` and `Access
 * Denied`.
 */
export function commandOutcome(
  invocation: Pick<Invocation, 'status' | 'statusDetails' | 'responseCode'>,
  end: WrapperEnd | undefined,
): CommandOutcome {
  const { status, responseCode } = invocation;
  if (end !== undefined) {
    // The agent saw 0 but the wrapper reports a failure: one of the two belongs to another delivery of this command.
    return status === 'Success' && end.exit !== 0 ? 'unknown' : byWrapperExit[end.exit];
  }
  const details = invocation.statusDetails.replaceAll(' ', '');
  if (status === 'Failed' && responseCode === NOT_STARTED && neverStarted.has(details)) return 'failed-clean';
  return byStatus.get(status) ?? 'unknown';
}
