import { visibleLine } from '../../core/base/visible.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import Table from 'cli-table3';
import { failureIn } from '../../core/approval/execution-view.ts';
import { executionToShow } from '../execution/find-execution.ts';
import { stateSummary } from '../../core/approval/state-summary.ts';
import { openTarget, type TargetOptions } from '../execution/target.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { examples, executionArgument, targetFlags } from '../execution/flags.ts';

/** Where a task token stands in a history: as the member `token` of a payload, escaped once or twice. */
const token = /(\\*"token\\*"\s*:\s*\\*")[^"\\]+/g;

/** Takes the task token out: whoever may answer reads it through the API; it must not be left in files. */
export function withoutTokens(json: string): string {
  return json.replaceAll(token, '$1(hidden)');
}

function whatHappened(event: HistoryEvent): string {
  const failure = failureIn(event);
  if (failure !== undefined) return failure;
  const left = event.stateExitedEventDetails;
  if (left?.name !== undefined) return `${left.name}  ${stateSummary(left.name, left.output).trim()}`.trim();
  const ended = event.executionFailedEventDetails ?? event.executionAbortedEventDetails;
  if (ended !== undefined) return `${ended.error ?? ''} ${ended.cause ?? ''}`.trim();
  return event.stateEnteredEventDetails?.name ?? '';
}

function table(events: readonly HistoryEvent[]): string {
  const rows = new Table({ head: ['id', 'time (UTC)', 'type', 'what'], style: { head: [], border: [] } });
  for (const event of events) {
    const time = event.timestamp?.toISOString().slice(11, 23) ?? '';
    rows.push([String(event.id ?? ''), time, event.type ?? '', visibleLine(whatHappened(event)).slice(0, 100)]);
  }
  return rows.toString();
}

/**
 * `one-roof history`: every event of one execution, as a table or (`--json`) as the API gives them, without the token.
 * @throws ServiceRefused, UsageError.
 */
export async function historyCommand(named: string | undefined, options: TargetOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const execution = await executionToShow(target, named);
  const events = await target.executions.history(execution.arn);
  if (options.json === true) {
    terminal.data(withoutTokens(JSON.stringify({ executionArn: execution.arn, events }, null, 2)));
    return 0;
  }
  terminal.progress(`${execution.arn}, started ${execution.startedAt.toISOString().slice(0, 10)}`);
  terminal.data(table(events));
  return 0;
}

/** Flags and action of `one-roof history`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addArgument(executionArgument())
    .addHelpText('after', examples('history', 'history 0123456789ab --json'))
    .action(async (named: string | undefined, options: TargetOptions) => finish(await historyCommand(named, options)));
