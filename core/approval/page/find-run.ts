import type { Environment } from '../../base/environment.ts';
import { runIdPattern } from '../../base/run-id.ts';
import { type ExecutionView, viewExecution } from '../execution-view.ts';
import type { HistoryEvent } from '../history-event.ts';
import { Refusal } from './http.ts';
import type { PagePorts } from './ports.ts';

/** The settings of the page's function. */
export type PageEnvironment = Environment<'approval-page'>;

/** A run as its history tells it. */
export interface FoundRun {
  readonly view: ExecutionView;
  readonly events: readonly HistoryEvent[];
}

/** Reads the history of a run. The lists are eventually consistent, a history is not. @throws Refusal 404. */
export async function findRun(ports: PagePorts, runId: string): Promise<FoundRun> {
  const execution = runIdPattern.test(runId) ? await ports.desk.find(runId) : undefined;
  if (execution === undefined) throw new Refusal(404, 'There is no such release here.');
  const events = await ports.desk.history(execution.arn);
  return { events, view: viewExecution(execution.arn, events) };
}
