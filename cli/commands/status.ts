import { isRollback } from '../../core/base/names.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import pc from 'picocolors';
import type { Ending } from '../../core/ending/ending.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import {
  endedByItself,
  lastState,
  releaseEnding,
  rollbackOutcome,
  rollbackReport,
} from '../execution/ending-of-history.ts';
import { isReleased } from '../../core/ending/ending-table.ts';
import { ownEnding, stoppedEnding, undoneEnding } from '../../core/ending/rollback-ending.ts';
import { type ExecutionView, statusOf, viewExecution } from '../../core/approval/execution-view.ts';
import { executionToShow } from '../execution/find-execution.ts';
import { noRollback, rollbackOf } from '../execution/follow-rollback.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { colours, createTerminal } from '../screen/terminal.ts';
import { drawFrame } from '../screen/watch-screen.ts';
import type { Define } from '../registry.ts';
import { examples, executionArgument, targetFlags } from '../execution/flags.ts';

/** Width of a status that is not printed on a terminal. */
const WIDE = 120;

/** The status of an execution as one object, without token, input and output. */
function asJson(view: ExecutionView, ending: Ending | undefined, report: string | undefined): object {
  const { request, ...rest } = view;
  const waits =
    request === undefined ? {} : { waitsSince: request.askedAt, expiresAt: request.expiresAt, ...request.shown };
  return { ...rest, ...(request === undefined ? {} : { waits }), ending, report };
}

/** How it ended, as far as that is known: after a stop, the rollback may still be running or not have started yet. */
interface EndedNow {
  readonly ending?: Ending;
  /** ROLLBACK of a release that did not end by itself, or that was undone since. */
  readonly rollback?: string;
  /** Where the report of that ROLLBACK lies. */
  readonly report?: string;
}

async function endedNow(target: Target, arn: string, events: readonly HistoryEvent[]): Promise<EndedNow> {
  if (isRollback(arn)) {
    return { ending: ownEnding(rollbackOutcome(events.at(-1)?.executionSucceededEventDetails?.output)) };
  }
  const own = endedByItself(events) ? { ending: releaseEnding(events) } : {};
  // A release that was complete, or that a human had to look after, may have been undone since.
  if (own.ending !== undefined && !isReleased(own.ending.name) && own.ending.name !== 'needs_a_human') return own;
  const rollback = await rollbackOf(target, arn, events);
  if (rollback === undefined) return own;
  const its = await target.executions.history(rollback);
  if (statusOf(its) === 'running') return { rollback };
  const output = its.at(-1)?.executionSucceededEventDetails?.output;
  const outcome = rollbackOutcome(output);
  const written = rollbackReport(output);
  const reported = written === undefined ? {} : { report: written };
  if (own.ending === undefined) return { rollback, ending: stoppedEnding(outcome), ...reported };
  return outcome === 'rolled_back' ? { rollback, ending: undoneEnding(), ...reported } : own;
}

/**
 * `one-roof status`: the current status of one execution.
 * @throws ServiceRefused, UsageError.
 */
export async function statusCommand(named: string | undefined, options: TargetOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const { arn } = await executionToShow(target, named);
  const events = await target.executions.history(arn);
  const view = viewExecution(arn, events);
  const now: EndedNow = view.status === 'running' ? {} : await endedNow(target, arn, events);
  const { ending, rollback, report = lastState(events).report } = now;
  if (options.json === true) {
    terminal.data(JSON.stringify({ ...asJson(view, ending, report), rollback }, null, 2));
    return 0;
  }
  const columns = process.stdout.isTTY ? process.stdout.columns : WIDE;
  const colour = colours(pc.isColorSupported && process.stdout.isTTY);
  const rows = Number.MAX_SAFE_INTEGER;
  for (const line of drawFrame({ view, ahead: [], now: new Date(), columns, rows, colour })) terminal.data(line);
  if (view.request !== undefined)
    terminal.progress(`\nTo answer: one-roof approve${target.flags} --execution ${runIdOf(arn)} --apr CODE`);
  if (ending !== undefined) terminal.data(`\n${ending.headline}`);
  else if (rollback !== undefined) terminal.data('\nIts rollback has not ended yet.');
  else if (view.status !== 'running') terminal.data(`\n${noRollback(runIdOf(arn))}`);
  if (report !== undefined) terminal.data(`Report: ${report}`);
  return 0;
}

/** Flags and action of `one-roof status`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addArgument(executionArgument())
    .addHelpText('after', examples('status', 'status --local --json'))
    .action(async (named: string | undefined, options: TargetOptions) => finish(await statusCommand(named, options)));
