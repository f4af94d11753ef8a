import type { Invocation } from '../base/ports.ts';
import type { WrapperEnd, WrapperExit } from './wrapper-output.ts';

/**
 * What may be said of a sent command.
 * - `running`: it may still start, run or be reported; ask again.
 * - `succeeded`: psql ended with 0 and printed the proof line.
 * - `failed-clean`: nothing of it runs or can start any more, and psql said that it failed, or never started. It does
 *   *not* say that nothing was committed: a script that fails in its proof query, after COMMIT, ends like this too.
 * - `unknown`: everything else. Only the fence may follow.
 */
export type CommandOutcome = 'running' | 'succeeded' | 'failed-clean' | 'unknown';

/**
 * With the wrapper's own last line for this run and script: its exit code decides, not SSM's status.
 * 2 (server gone in mid-script), 124 and 70 (psql stopped or killed) leave open whether a COMMIT got through and
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
 * Without that line. `Success` only says that the agent saw exit code 0, or 168; `Failed` is also reported when the
 * agent's worker died while the script went on; `TimedOut` and `Cancelled` stop docker's client, never psql; and
 * SSM reports `DeliveryTimedOut` for commands that run.
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
 * Refused by the service or by the document's precondition, before any step: access to the node was denied, or the
 * node is of another platform. `Undeliverable` and `Terminated` are not here: SSM gives them also when a node does not
 * answer, which does not prove that nothing was delivered.
 */
const neverStarted = new Set(['AccessDenied', 'InvalidPlatform']);

/** SSM's response code as long as no script has answered. */
const NOT_STARTED = -1;

/**
 * The one table that turns what SSM and the wrapper say into an outcome. `end` must be the end line of this very run
 * and script, or undefined. Details are compared without spaces: SSM writes both `AccessDenied` and `Access Denied`.
 */
export function commandOutcome(
  invocation: Pick<Invocation, 'status' | 'statusDetails' | 'responseCode'>,
  end: WrapperEnd | undefined,
): CommandOutcome {
  const { status, responseCode } = invocation;
  if (end !== undefined) {
    // The agent saw 0 and the wrapper says otherwise: one of them speaks of another delivery of this command.
    return status === 'Success' && end.exit !== 0 ? 'unknown' : byWrapperExit[end.exit];
  }
  const details = invocation.statusDetails.replaceAll(' ', '');
  if (status === 'Failed' && responseCode === NOT_STARTED && neverStarted.has(details)) return 'failed-clean';
  return byStatus.get(status) ?? 'unknown';
}
