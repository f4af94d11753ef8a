import pc from 'picocolors';
import type { Ending } from '../../core/ending/ending.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { type EndedNow, endedNow } from '../execution/ended-now.ts';
import { lastState } from '../execution/ending-of-history.ts';
import { type ExecutionView, viewExecution } from '../../core/approval/execution-view.ts';
import { executionToShow } from '../execution/find-execution.ts';
import { noRollback } from '../execution/follow-rollback.ts';
import { openTarget, type TargetOptions } from '../execution/target.ts';
import { colours, createTerminal } from '../screen/terminal.ts';
import { drawFrame } from '../screen/watch-screen.ts';
import type { Define } from '../registry.ts';
import { examples, executionArgument, targetFlags, urlFlag } from '../execution/flags.ts';
import { showDatabaseStatus } from '../execution/database-status.ts';

/** Width of a status that is not printed on a terminal. */
const WIDE = 120;

/** The status of an execution as one object, without token, input and output. */
function asJson(view: ExecutionView, ending: Ending | undefined, report: string | undefined): object {
  const { request, ...rest } = view;
  const waits =
    request === undefined ? {} : { waitsSince: request.askedAt, expiresAt: request.expiresAt, ...request.shown };
  return { ...rest, ...(request === undefined ? {} : { waits }), ending, report };
}

/** Options of `one-roof status`. */
interface StatusOptions extends TargetOptions {
  readonly url?: string;
}

/**
 * `one-roof status`: the current status of one execution; with `--url`, which run stands in a database by its stamps.
 * @throws ServiceRefused, UsageError.
 */
export async function statusCommand(named: string | undefined, options: StatusOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  if (options.url !== undefined) return showDatabaseStatus({ ...options, url: options.url }, terminal);
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
    .addOption(urlFlag().conflicts(['local', 'name', 'runtime', 'endpointUrl', 'region']))
    .addHelpText('after', examples('status', 'status --local --json', 'status --url URL'))
    .action(async (named: string | undefined, options: StatusOptions) => finish(await statusCommand(named, options)));
