import { applyFilter, placeResult, tooLarge } from './data-flow.ts';
import type { TaskState } from './definition.ts';
import { DataTooLarge, StateError, TaskTimeout } from './errors.ts';
import type { Json } from './json.ts';
import type { Scope } from './json-path.ts';
import { fillTemplate } from './payload-template.ts';
import { performTask } from './perform-task.ts';
import { findCatcher, RetryCounter } from './retry.ts';
import { contextObject, type StateFrame } from './state-frame.ts';
import { taskReport } from './task-report.ts';
import type { OpenTask } from './task-tokens.ts';
import { pause, startTimer, unlessEnded, type Timer } from './timer.ts';

/** The next state after a task; `next` is undefined at the end of the machine. */
export interface TaskOutcome {
  readonly next: string | undefined;
  readonly output: Json;
}

/** Waits for the work until TimeoutSeconds or HeartbeatSeconds have passed; the work itself is not stopped. */
async function withinLimits(
  work: Promise<Json>,
  { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat }: TaskState,
  waiting: OpenTask | undefined,
): Promise<Json> {
  const timers: Timer[] = [];
  const expired = new Promise<never>((_resolve, reject) => {
    const expire = (): void => reject(new TaskTimeout());
    if (timeout !== undefined) timers.push(startTimer(timeout * 1000, expire));
    if (heartbeat === undefined || !waiting) return;
    const beat = startTimer(heartbeat * 1000, expire);
    waiting.onHeartbeat = () => beat.restart();
    timers.push(beat);
  });
  try {
    return await Promise.race([work, expired]);
  } finally {
    for (const timer of timers) timer.stop();
  }
}

async function attemptTask(
  frame: StateFrame,
  task: TaskState,
  scope: Scope,
  waiting: OpenTask | undefined,
): Promise<Json> {
  const { execution, runtime } = frame;
  const report = taskReport(execution, runtime.region, task);
  const owner = task.resource.kind === 'function' ? task.resource.arn : task.resource.service;
  const parameters = task.Parameters ? fillTemplate(task.Parameters, scope) : scope.input;
  const refusal = tooLarge(parameters, frame.name);
  if (refusal !== undefined) throw new DataTooLarge(refusal);
  report.scheduled(parameters);
  const over = new AbortController();
  try {
    const work = performTask({ frame, task, parameters, report, waiting, over: over.signal });
    // The limits end with the execution, because their timers must not keep a stopped execution alive.
    const result = await withinLimits(unlessEnded(work, execution.signal), task, waiting);
    const oversized = tooLarge(result, owner);
    if (oversized !== undefined) throw new StateError('States.DataLimitExceeded', oversized);
    report.succeeded(result);
    return result;
  } catch (error) {
    if (error instanceof StateError) report.failed(error);
    throw error;
  } finally {
    over.abort();
  }
}

async function visit(frame: StateFrame, task: TaskState, retryCount: number): Promise<Json> {
  const { execution, runtime } = frame;
  const waiting = task.resource.kind === 'token' ? runtime.tokens.open(execution.signal) : undefined;
  try {
    const context = contextObject(frame, { retryCount, token: waiting?.token });
    const input = applyFilter(task.InputPath, { input: frame.input, context });
    const result = await attemptTask(frame, task, { input, context }, waiting);
    const selected = task.ResultSelector ? fillTemplate(task.ResultSelector, { input: result, context }) : result;
    const combined = placeResult(task.ResultPath, frame.input, selected);
    return applyFilter(task.OutputPath, { input: combined, context });
  } finally {
    if (waiting) runtime.tokens.close(waiting.token);
  }
}

/**
 * The error output that Catch passes on: a time-out has an empty cause (recorded on AWS), and a SendTaskFailure without
 * fields has nulls.
 */
function errorOutput(error: StateError): Json {
  return { Error: error.error, Cause: error instanceof TaskTimeout ? '' : error.reason };
}

/**
 * Runs a Task with its Retry and Catch. A retry is a fresh attempt with a new token. On Catch only the catcher's
 * ResultPath is applied, not the state's OutputPath.
 * @throws StateError that no Catch matches, RuntimeFailure, ExecutionEnded.
 */
export async function runTask(frame: StateFrame, task: TaskState): Promise<TaskOutcome> {
  const retries = new RetryCounter(task.Retry);
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return { next: task.Next, output: await visit(frame, task, retryCount) };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delayMs = retries.nextDelayMs(error.error);
      if (delayMs === undefined) {
        const catcher = findCatcher(task.Catch, error.error);
        if (!catcher) throw error;
        return { next: catcher.Next, output: placeResult(catcher.ResultPath, frame.input, errorOutput(error)) };
      }
      await pause(delayMs, frame.execution.signal);
    }
  }
}
