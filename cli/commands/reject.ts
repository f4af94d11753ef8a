import { ApprovalRejected, UsageError } from '../../core/base/errors.ts';
import { nothingWaits } from './approve.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { waitingRelease } from '../execution/find-execution.ts';
import { openTarget, type TargetOptions } from '../execution/target.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { declaredByFlag, examples, executionFlag, targetFlags } from '../execution/flags.ts';

/** Options of `one-roof reject`. */
export interface RejectOptions extends TargetOptions {
  readonly reason: string;
  readonly execution?: string;
  readonly declaredBy?: string;
}

/** A reason is a sentence or two; it stands in the report. */
const MAX_REASON = 1000;

/**
 * `one-roof reject`: rejects a release, with a reason. The release ends, and nothing has been run.
 * @throws UsageError, TooLate, AnswerUncertain, ServiceRefused.
 */
export async function rejectCommand(options: RejectOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const reason = options.reason.trim();
  if (reason === '' || reason.length > MAX_REASON) {
    throw new UsageError(`--reason: one to ${MAX_REASON} characters; they stand in the report`);
  }
  const target = await openTarget(options);
  const waiting = (await waitingRelease(target, options.execution)) ?? (await nothingWaits(target, options.execution));
  const { token, shown } = waiting.request;
  const by = declaredBy(options.declaredBy, target.local);
  await target.executions.fail(token, ApprovalRejected.name, `${reason} (declared by ${by})`);
  const { runId } = shown;
  if (options.json === true) {
    terminal.data(JSON.stringify({ runId, executionArn: waiting.execution.arn, decision: 'rejected', reason }));
  } else {
    terminal.data(`Rejected. Release ${runId} ends; nothing was run.`);
  }
  return 0;
}

/** Flags and action of `one-roof reject`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .requiredOption('--reason <text>', 'why; it stands in the report')
    .addOption(executionFlag())
    .addOption(declaredByFlag())
    .addHelpText('after', examples('reject --reason "not before the audit is over"'))
    .action(async (options: RejectOptions) => finish(await rejectCommand(options)));
