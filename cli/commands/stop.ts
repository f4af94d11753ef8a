import { exitCodes } from '../../core/base/exit-codes.ts';
import { isRollback } from '../../core/base/names.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { UsageError } from '../../core/base/errors.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { assertConfirmable, confirmRun } from '../screen/confirm.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { statusOf, viewExecution } from '../../core/approval/execution-view.ts';
import { runningRelease } from '../execution/find-execution.ts';
import { endingOfRelease } from '../execution/follow-rollback.ts';
import { createProgress } from '../execution/release-progress.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { declaredByFlag, examples, executionFlag, targetFlags, yesFlag } from '../execution/flags.ts';

/** Options of `one-roof stop`. */
export interface StopOptions extends TargetOptions {
  readonly execution?: string;
  readonly yes?: boolean;
  readonly declaredBy?: string;
}

/** Prints what is new in a history each time it is seen. */
export function createFollower(terminal: Terminal): (events: readonly HistoryEvent[]) => void {
  const progress = createProgress(terminal);
  let known = 0;
  return (events) => {
    for (const event of events.slice(known)) progress(event);
    known = events.length;
  };
}

/** The release to stop and its history. @throws UsageError when it is a rollback or has ended already. */
async function stoppable(target: Target, named: string | undefined) {
  const { arn } = await runningRelease(target, named);
  if (isRollback(arn)) {
    throw new UsageError('That is a rollback: it is never stopped, because nobody would know how far it got.');
  }
  const events = await target.executions.history(arn);
  const view = viewExecution(arn, events);
  if (view.status === 'running') return { arn, view };
  throw new UsageError(`Release ${runIdOf(arn)} has ended already (${view.status}). Nothing was stopped.`);
}

/**
 * `one-roof stop`: stops a running release; the rule then starts ROLLBACK, whose end this waits for.
 * @throws UsageError, ServiceRefused.
 */
export async function stopCommand(options: StopOptions): Promise<number> {
  const json = options.json === true;
  const terminal = createTerminal({ json });
  assertConfirmable('stop', options.yes, terminal);
  const target = await openTarget(options);
  const { arn, view } = await stoppable(target, options.execution);
  const runId = runIdOf(arn);
  terminal.progress(`Release ${runId} is at "${view.rows.at(-1)?.name ?? 'its start'}".`);
  terminal.progress('Stopping it starts the rollback: what it has done so far is undone, unless it is sealed.');
  await confirmRun('stop', runId, options.yes, terminal);
  await target.executions.stop(arn, 'Stopped', `stopped by ${declaredBy(options.declaredBy, target.local)} (declared)`);
  terminal.progress('Stopped. Waiting for the rollback.');
  const events = await target.executions.history(arn);
  const follow = createFollower(terminal);
  const ending = await endingOfRelease(target, arn, events, (_rollback, seen) => follow(seen));
  const stopped = statusOf(events) === 'stopped';
  if (json) terminal.data(JSON.stringify({ runId, executionArn: arn, stopped, ending }));
  else terminal.data(stopped ? ending.headline : `It had ended before the stop came. ${ending.headline}`);
  return ending.exitCode === exitCodes.rolledBack && stopped ? exitCodes.done : ending.exitCode;
}

/** Flags and action of `one-roof stop`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addOption(executionFlag())
    .addOption(yesFlag())
    .addOption(declaredByFlag())
    .addHelpText('after', examples('stop', 'stop --execution 0123456789ab --yes'))
    .action(async (options: StopOptions) => finish(await stopCommand(options)));
