import type { HistoryEvent } from '@aws-sdk/client-sfn';
import pc from 'picocolors';
import type { Ending } from '../core/ending.ts';
import {
  endedByItself,
  lastState,
  releaseEnding,
  rollbackEnding,
  rollbackOutcome,
  stoppedEnding,
} from './ending-of-history.ts';
import { type ExecutionView, viewExecution } from './execution-view.ts';
import { executionToShow } from './find-execution.ts';
import { rollbackOf } from './follow-rollback.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import { createTerminal } from './terminal.ts';
import { drawFrame } from './watch-screen.ts';

/** Width of a status that is not printed on a terminal. */
const WIDE = 120;

/** How an execution stands, as one object: no token, no input, no output. */
function asJson(view: ExecutionView, ending: Ending | undefined, report: string | undefined): object {
  const { request, ...rest } = view;
  const waits =
    request === undefined ? {} : { waitsSince: request.askedAt, expiresAt: request.expiresAt, ...request.shown };
  return { ...rest, ...(request === undefined ? {} : { waits }), ending, report };
}

/** How it ended, if it has, and if that can be told already: after a stop the rollback may still be running. */
async function endingNow(target: Target, arn: string, events: readonly HistoryEvent[]): Promise<Ending | undefined> {
  if (arn.includes(':OneRoof-Rollback:')) {
    return rollbackEnding(rollbackOutcome(events.at(-1)?.executionSucceededEventDetails?.output));
  }
  if (endedByItself(events)) return releaseEnding(events);
  const rollback = await rollbackOf(target, arn);
  if (rollback === undefined) return undefined;
  const last = (await target.executions.history(rollback)).at(-1);
  if (last?.type?.startsWith('Execution') !== true) return undefined;
  return stoppedEnding(rollbackOutcome(last.executionSucceededEventDetails?.output));
}

/**
 * `one-roof status`: how one execution stands now.
 * @throws ServiceRefused, UsageError.
 */
export async function statusCommand(named: string | undefined, options: TargetOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const { arn } = await executionToShow(target, named);
  const events = await target.executions.history(arn);
  const view = viewExecution(arn, events);
  const ending = view.status === 'running' ? undefined : await endingNow(target, arn, events);
  const { report } = lastState(events);
  if (options.json === true) {
    terminal.data(JSON.stringify(asJson(view, ending, report), null, 2));
    return 0;
  }
  const columns = process.stdout.isTTY ? process.stdout.columns : WIDE;
  const colour = pc.createColors(pc.isColorSupported && process.stdout.isTTY);
  const rows = Number.MAX_SAFE_INTEGER;
  for (const line of drawFrame({ view, ahead: [], now: new Date(), columns, rows, colour })) terminal.data(line);
  if (view.request !== undefined) terminal.progress(`\nTo answer: one-roof approve${target.flags} --apr CODE`);
  if (ending !== undefined) terminal.data(`\n${ending.headline}`);
  else if (view.status !== 'running') terminal.data('\nIts rollback has not ended yet.');
  if (report !== undefined) terminal.data(`Report: ${report}`);
  return 0;
}
