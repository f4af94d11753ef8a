import { declaredSchema } from '../base/declared.ts';
import { isRollback } from '../base/names.ts';
import type { HistoryEvent } from './history-event.ts';
import * as z from 'zod';
import { parseJsonAs } from '../base/json.ts';
import { causeMessage } from '../ending/cause.ts';
import { runIdOf } from '../base/run-id.ts';
import { type ApprovalRequest, openRequest } from './approval-request.ts';
import { stateSummary } from './state-summary.ts';

/** One state that was entered. */
export interface StateRow {
  readonly name: string;
  readonly enteredAt: Date;
  readonly leftAt: Date | undefined;
  /** The last error in it, also when a Catch took it up; undefined when there was none. */
  readonly failure: string | undefined;
  /** Facts of its output, once it has ended without an error. */
  readonly summary: string;
}

/** How an execution stands; `running` until its last event says otherwise. */
export type ViewStatus = 'running' | 'succeeded' | 'failed' | 'stopped' | 'timed out';

/** An execution as people see it, made from its history alone. */
export interface ExecutionView {
  readonly arn: string;
  readonly name: string;
  /** Run id of the release; for a ROLLBACK that of the release it undoes, if its input names one. */
  readonly runId: string | undefined;
  readonly status: ViewStatus;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly startedBy: string | undefined;
  readonly rows: readonly StateRow[];
  readonly request: ApprovalRequest | undefined;
}

const inputSchema = z.looseObject({
  requestedBy: declaredSchema.optional(),
  release: z.looseObject({ Id: z.string() }).optional(),
});

const endings: ReadonlyMap<string, ViewStatus> = new Map([
  ['ExecutionSucceeded', 'succeeded'],
  ['ExecutionFailed', 'failed'],
  ['ExecutionAborted', 'stopped'],
  ['ExecutionTimedOut', 'timed out'],
]);

/** The error that an event reports, in one line; undefined for an event that reports none. */
export function failureIn(event: HistoryEvent): string | undefined {
  const details =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails;
  if (details === undefined) return undefined;
  if (details.error === 'States.Timeout') return 'States.Timeout: nobody answered in time, or the step took too long';
  return `${details.error ?? 'failed'}: ${causeMessage(details.cause)}`;
}

function rowsOf(events: readonly HistoryEvent[]): StateRow[] {
  const rows: StateRow[] = [];
  const changeLast = (change: Partial<StateRow>) => {
    const last = rows.pop();
    if (last !== undefined) rows.push({ ...last, ...change });
  };
  for (const event of events) {
    // A Choice takes no time, and says nothing that the next state does not say.
    if (event.type?.startsWith('ChoiceState') === true) continue;
    const { timestamp = new Date(0) } = event;
    const entered = event.stateEnteredEventDetails?.name;
    const left = event.stateExitedEventDetails;
    const failure = failureIn(event);
    if (entered !== undefined) {
      rows.push({ name: entered, enteredAt: timestamp, leftAt: undefined, failure: undefined, summary: '' });
    } else if (failure !== undefined) {
      changeLast({ failure });
    } else if (event.type === 'LambdaFunctionScheduled' || event.type === 'TaskScheduled') {
      changeLast({ failure: undefined });
    } else if (left?.name !== undefined) {
      const failed = rows.at(-1)?.failure !== undefined;
      changeLast({ leftAt: timestamp, summary: failed ? '' : stateSummary(left.name, left.output).trim() });
    }
  }
  return rows;
}

/** How an execution stands, by the last event of its history. */
export function statusOf(events: readonly HistoryEvent[]): ViewStatus {
  return endings.get(events.at(-1)?.type ?? '') ?? 'running';
}

/** Makes the view of an execution. A retry clears the error of the attempt before it. */
export function viewExecution(arn: string, events: readonly HistoryEvent[]): ExecutionView {
  const { release, requestedBy } = parseJsonAs(inputSchema, events[0]?.executionStartedEventDetails?.input) ?? {};
  const status = statusOf(events);
  const ofRollback = isRollback(arn);
  return {
    arn,
    name: arn.split(':').at(-1) ?? arn,
    runId: ofRollback ? (release === undefined ? undefined : runIdOf(release.Id)) : runIdOf(arn),
    status,
    startedAt: events[0]?.timestamp,
    endedAt: status === 'running' ? undefined : events.at(-1)?.timestamp,
    startedBy: requestedBy,
    rows: rowsOf(events),
    request: openRequest(events),
  };
}
