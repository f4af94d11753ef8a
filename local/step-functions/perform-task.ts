import type { TaskState } from './definition.ts';
import { ServiceError } from '../driver/service-error.ts';
import { RuntimeFailure, StateError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Caller, InvokeOutcome } from './invoker.ts';
import { isObject, toJson, type Json, type JsonObject } from './json.ts';
import type { StateFrame } from './state-frame.ts';
import type { TaskReport } from './task-report.ts';
import type { OpenTask } from './task-tokens.ts';

/**
 * One attempt of a task. `over` is aborted when nothing waits for the attempt any more: after a time-out, after a stop,
 * or when it is done.
 */
interface Attempt {
  readonly frame: StateFrame;
  readonly task: TaskState;
  readonly parameters: Json;
  readonly report: TaskReport;
  readonly waiting: OpenTask | undefined;
  readonly over: AbortSignal;
}

function member(parameters: Json, name: string): Json | undefined {
  return isObject(parameters) ? parameters[name] : undefined;
}

function text(parameters: Json, name: string): string {
  const value = member(parameters, name);
  if (typeof value === 'string') return value;
  throw new RuntimeFailure(`The field '${name}' must be a STRING`);
}

function caller({ frame, task }: Attempt): Caller {
  const { TimeoutSeconds: seconds } = task;
  const timeoutMs = seconds === undefined ? undefined : seconds * 1000;
  return { executionArn: frame.execution.arn, stateName: frame.name, timeoutMs };
}

function resultOf(outcome: InvokeOutcome): Json {
  if (outcome.ok) return toJson(outcome.result);
  throw new StateError(outcome.error, outcome.cause);
}

/** The result of the SDK's Invoke as `lambda:invoke` passes it on, without the HTTP headers that AWS adds. */
async function invokeFunction(attempt: Attempt): Promise<JsonObject> {
  const functionName = text(attempt.parameters, 'FunctionName');
  const payload = member(attempt.parameters, 'Payload') ?? {};
  const result = resultOf(await attempt.frame.runtime.invoker.invoke(functionName, payload, caller(attempt)));
  return {
    ExecutedVersion: /:function:[^:]+:([^:]+)$/.exec(functionName)?.[1] ?? '$LATEST',
    Payload: result,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: {},
    StatusCode: 200,
  };
}

/**
 * Invokes the function and waits for the token. An answer that arrives before the function has returned is kept until
 * then. It counts even if the function fails afterwards, because SendTaskSuccess has already confirmed it to its
 * caller.
 */
async function waitForToken(attempt: Attempt, waiting: OpenTask): Promise<Json> {
  const early = { answered: false };
  const note = (): void => {
    early.answered = true;
  };
  waiting.answer.then(note, note);
  try {
    attempt.report.submitted(await invokeFunction(attempt));
  } catch (error) {
    if (!early.answered || !(error instanceof StateError)) throw error;
  }
  return waiting.answer;
}

function describeChild(child: Execution, parsed: boolean): JsonObject {
  const { start, ending } = child;
  const data = (value: Json): Json => (parsed ? value : JSON.stringify(value));
  return {
    ExecutionArn: child.arn,
    Input: data(start.input),
    InputDetails: { Included: true },
    Name: start.name,
    ...(ending?.output !== undefined && { Output: data(ending.output), OutputDetails: { Included: true } }),
    ...(ending?.error !== undefined && { Error: ending.error }),
    ...(ending?.cause !== undefined && { Cause: ending.cause }),
    RedriveCount: 0,
    StartDate: child.startDate.getTime(),
    StateMachineArn: start.machine.arn,
    Status: child.status,
    ...(ending && { StopDate: ending.date.getTime() }),
  };
}

function startChild({ frame, parameters }: Attempt): Execution {
  const arn = text(parameters, 'StateMachineArn');
  const name = member(parameters, 'Name') === undefined ? undefined : text(parameters, 'Name');
  try {
    return frame.runtime.startChild(arn, JSON.stringify(member(parameters, 'Input') ?? {}), name);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new StateError(`StepFunctions.${error.type}Exception`, error.message);
  }
}

/**
 * Runs another machine to its end. When the task is given up (stop or time-out), the child is stopped, as by `.sync`.
 */
async function runChild(attempt: Attempt): Promise<Json> {
  const child = startChild(attempt);
  attempt.over.addEventListener('abort', () => child.stop(), { once: true });
  attempt.report.submitted({
    ExecutionArn: child.arn,
    SdkHttpMetadata: { HttpStatusCode: 200 },
    SdkResponseMetadata: {},
    StartDate: child.startDate.getTime(),
  });
  const { status } = await child.finished;
  if (status === 'SUCCEEDED') return describeChild(child, true);
  throw new StateError('States.TaskFailed', JSON.stringify(describeChild(child, false)));
}

/**
 * Performs the task of a Resource and returns its raw result, before ResultSelector.
 * @throws StateError for what Retry and Catch may handle, RuntimeFailure for parameters of the wrong type.
 */
export async function performTask(attempt: Attempt): Promise<Json> {
  const { frame, parameters, task, waiting } = attempt;
  const { invoker, integrations } = frame.runtime;
  const integration = integrations.get(task.Resource);
  if (integration) return resultOf(await invoker.integrate(task.Resource, integration, parameters, caller(attempt)));
  if (waiting) return waitForToken(attempt, waiting);
  if (task.resource.kind === 'function') {
    return resultOf(await invoker.invoke(task.resource.arn, parameters, caller(attempt)));
  }
  return task.resource.kind === 'execution' ? runChild(attempt) : invokeFunction(attempt);
}
