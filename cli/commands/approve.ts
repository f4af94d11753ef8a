import { exitCodes } from '../../core/base/exit-codes.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { states } from '../../core/base/names.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { TooLate } from '../../aws/execution-errors.ts';
import { assertCode } from '../execution/assert-code.ts';
import { PackageInvalid, UsageError } from '../../core/base/errors.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import type { ApprovalRequest } from '../../core/approval/approval-request.ts';
import { assertConfirmable, confirmRun } from '../screen/confirm.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { viewExecution } from '../../core/approval/execution-view.ts';
import {
  namedExecution,
  newestRelease,
  othersNow,
  type WaitingRelease,
  waitingRelease,
} from '../execution/find-execution.ts';
import { waitUntil } from '../execution/observe.ts';
import { describeRequest, readCheckout } from '../execution/show-request.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { declaredByFlag, examples, executionFlag, targetFlags, yesFlag } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof approve`. */
export interface ApproveOptions extends TargetOptions {
  readonly apr: string;
  readonly execution?: string;
  readonly yes?: boolean;
  readonly digest?: string;
  readonly declaredBy?: string;
  readonly package: string;
}

/**
 * How long to wait for the verdict: reading gate and APR again takes two commands on the node, a minute if it is busy.
 */
const VERDICT_PATIENCE_MS = 180_000;

const verdictSchema = z.object({ decision: z.string(), reason: z.string(), answersLeft: z.int() });

/** What *Check answer* decided; undefined while it has not. */
type Verdict = z.output<typeof verdictSchema> | undefined;

const { done, notApproved, tooLate } = exitCodes;
const verdictCodes: Readonly<Record<string, number>> = {
  approved: done,
  ask_again: notApproved,
  no_valid_apr: notApproved,
  stale: tooLate,
};

/**
 * Refuses because no approval is waiting (any more), and names the status of the release.
 * @throws TooLate, or UsageError when there is no release at all.
 */
export async function nothingWaits(target: Target, named: string | undefined): Promise<never> {
  const found = named === undefined ? await newestRelease(target) : await namedExecution(target, named);
  if (found === undefined) throw new UsageError('There is no release that could wait for an answer.');
  const { runId, rows, status } = viewExecution(found.arn, await target.executions.history(found.arn));
  const where = rows.at(-1)?.name ?? 'its start';
  const words = status === 'running' ? `is running, at "${where}"` : `has ended (${status}), at "${where}"`;
  throw new TooLate(
    `Nothing waits for an answer: release ${runId ?? ''} ${words}. If it waited before, it was answered or has expired.`,
  );
}

/**
 * The checkout, if it holds the package that waits. @throws PackageInvalid when it does not and no digest was given.
 */
function comparePackages(options: ApproveOptions, waiting: string): ReleasePackage | undefined {
  const { digest } = options;
  if (digest !== undefined && digest !== waiting) {
    throw new PackageInvalid(
      `The release waits with the package ${waiting}, not with ${digest}. Nothing was approved.`,
    );
  }
  const checkout = readCheckout(options.package);
  if (checkout?.digest === waiting) return checkout;
  if (digest !== undefined) return undefined;
  const own = checkout === undefined ? 'no package that can be read' : checkout.digest;
  throw new PackageInvalid(
    `The release waits with the package ${waiting}; this checkout holds ${own}. Nothing was approved.\n` +
      `Check out what was deployed, or name what you approve: --digest ${waiting}`,
  );
}

/** The verdict on the answer to one request, from the history after that request. */
function verdictAfter(events: readonly HistoryEvent[], { eventId }: ApprovalRequest): Verdict {
  const left = events.findLast(
    ({ stateExitedEventDetails: details, id = 0 }) => details?.name === states.checkAnswer && id > eventId,
  );
  return parseJsonAs(verdictSchema, left?.stateExitedEventDetails?.output);
}

function report(terminal: Terminal, json: boolean, waiting: WaitingRelease, verdict: Verdict): number {
  const { shown } = waiting.request;
  if (json) terminal.data(JSON.stringify({ runId: shown.runId, executionArn: waiting.execution.arn, ...verdict }));
  if (verdict === undefined) {
    terminal.alert('The answer was taken, but its check did not end as expected. Look with one-roof status.');
    return 1;
  }
  const { decision, reason, answersLeft } = verdict;
  const plain = visibleLine(reason.replace(/\.$/, ''));
  if (!json) {
    if (decision === 'approved') terminal.data(`Approved. Release ${shown.runId} is running now.`);
    else if (decision === 'ask_again') terminal.data(`Not accepted: ${plain}. Answers left: ${answersLeft}.`);
    else terminal.data(`Not approved: ${plain}. Nothing was run.`);
  }
  return verdictCodes[decision] ?? exitCodes.error;
}

/** @throws UsageError for a code that cannot be one of this package; of another package only *Check answer* knows. */
function assertForm({ apr, digest, package: directory }: ApproveOptions): void {
  const checkout = readCheckout(directory);
  if (checkout === undefined || (digest !== undefined && digest !== checkout.digest)) return;
  assertCode(checkout.plan, apr);
}

/**
 * `one-roof approve`: shows what waits, sends the approver's answer, and says what became of it.
 * @throws UsageError, PackageInvalid (another package), TooLate, AnswerUncertain, ServiceRefused.
 */
export async function approveCommand(options: ApproveOptions): Promise<number> {
  const json = options.json === true;
  const terminal = createTerminal({ json });
  assertConfirmable('approve', options.yes, terminal);
  assertForm(options);
  const target = await openTarget(options);
  const waiting = (await waitingRelease(target, options.execution)) ?? (await nothingWaits(target, options.execution));
  const { request, execution } = waiting;
  const { runId, packageDigest } = request.shown;
  const checkout = comparePackages(options, packageDigest);
  const [history, others] = await Promise.all([
    target.executions.history(execution.arn),
    othersNow(target, execution.arn),
  ]);
  const { startedBy } = viewExecution(execution.arn, history);
  const shown = describeRequest(request, { execution, startedBy, now: new Date(), others }, checkout);
  for (const line of shown) terminal.progress(line);
  await confirmRun('approve', runId, options.yes, terminal);
  const answer = { apr: options.apr, packageDigest, declaredBy: declaredBy(options.declaredBy, target.local) };
  await target.executions.succeed(request.token, answer);
  terminal.progress('The answer was taken. Gate and APR are read once more.');
  const decided = (events: readonly HistoryEvent[]) => verdictAfter(events, request) !== undefined;
  const events = await waitUntil(target, execution.arn, decided, VERDICT_PATIENCE_MS);
  return report(terminal, json, waiting, verdictAfter(events, request));
}

/** Flags and action of `one-roof approve`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .requiredOption('--apr <code>', 'code of the ratified approval request')
    .addOption(executionFlag())
    .addOption(new Option('--digest <sha256:…>', 'the package you mean, if this checkout holds another one'))
    .addOption(yesFlag())
    .addOption(declaredByFlag())
    .addHelpText('after', examples('approve --apr CODE', 'approve --local --apr CODE --yes'))
    .action(async (options: ApproveOptions) => finish(await approveCommand(options)));
