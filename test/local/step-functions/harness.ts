import type { HistoryEvent } from '../../../local/step-functions/history.ts';
import type { InvokeFunction } from '../../../local/step-functions/invoker.ts';
import {
  startStepFunctions,
  type ExecutionDescription,
  type MachineDefinition,
  type StepFunctionsOptions,
  type StepFunctionsService,
} from '../../../local/step-functions/start-step-functions.ts';

export type Options = Partial<Omit<StepFunctionsOptions, 'machines'>>;
export type States = Record<string, Record<string, unknown>>;
import { until as untilFound } from '../../until.ts';

type AslValidator = (definition: unknown) => { isValid: boolean; errors: unknown };
/** The package has no types of its own, and writes into what it is given. */
const aslValidator = jest.requireActual<AslValidator>(require.resolve('asl-validator'));

const started: StepFunctionsService[] = [];
const served: unknown[] = [];

/** Answers with its payload. */
export const echo: InvokeFunction = (_name, payload) => Promise.resolve({ ok: true, result: payload });

/** Answers one outcome after the other; an Error is thrown as a Lambda error of that name. */
export function script(...outcomes: readonly unknown[]): InvokeFunction & { calls: unknown[] } {
  const calls: unknown[] = [];
  const invoke: InvokeFunction = (_name, payload) => {
    const outcome = outcomes[Math.min(calls.length, outcomes.length - 1)];
    calls.push(payload);
    if (!(outcome instanceof Error)) return Promise.resolve({ ok: true, result: outcome });
    return Promise.resolve({ ok: false, ...lambdaError(outcome.name, outcome.message) });
  };
  return Object.assign(invoke, { calls });
}

/** An error as a Lambda function reports it. */
export function lambdaError(error: string, message: string): { error: string; cause: string } {
  return { error, cause: JSON.stringify({ errorMessage: message, errorType: error, trace: [] }) };
}

/** An Error with a name, for script(). */
export function named(name: string, message = 'no'): Error {
  return Object.assign(new Error(message), { name });
}

/** A machine whose first state is the first one named. */
export function machine(states: States, rest: Record<string, unknown> = {}): Record<string, unknown> {
  return { StartAt: Object.keys(states)[0], States: states, ...rest };
}

/** A lambda:invoke Task. */
export function invokeTask(rest: Record<string, unknown> = {}): Record<string, unknown> {
  const transition = 'Next' in rest ? {} : { End: true };
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'worker', 'Payload.$': '$' },
    ...transition,
    ...rest,
  };
}

/** A Task that waits for its token. */
export function tokenTask(rest: Record<string, unknown> = {}): Record<string, unknown> {
  return invokeTask({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'asker', Payload: { 'token.$': '$$.Task.Token' } },
    ...rest,
  });
}

/** Starts the service. */
export async function serve(
  definitions: Record<string, unknown>,
  options: Options = {},
): Promise<StepFunctionsService> {
  served.push(...Object.values(definitions));
  const machines = Object.entries(definitions).map(([name, definition]): MachineDefinition => ({ name, definition }));
  const service = await startStepFunctions({ invoke: echo, listedAfterMs: 0, ...options, machines });
  started.push(service);
  return service;
}

function prefixed(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => prefixed(item, prefix));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    const leads = ['Next', 'Default', 'StartAt'].includes(key) && typeof inner === 'string';
    return [key, leads ? prefix + inner : prefixed(inner, prefix)] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Runs asl-validator on every definition that was served, for afterAll: all in one machine, behind one Choice, because
 * each call of the validator compiles its schemas anew.
 */
export function validateServed(): void {
  const all = served
    .splice(0)
    .map((definition, index) => prefixed(definition, `${index} `) as ReturnType<typeof machine>);
  const choices = all.map(({ StartAt }) => ({ Variable: '$.x', IsPresent: true, Next: StartAt }));
  const states = all.map(({ States }, index) =>
    Object.fromEntries(Object.entries(States as States).map(([name, state]) => [`${index} ${name}`, state])),
  );
  const combined = machine(Object.assign({ Any: { Type: 'Choice', Choices: choices } }, ...states) as States);
  expect(aslValidator(combined)).toEqual({ isValid: true, errors: [], errorsText: expect.anything() as unknown });
}

/** Stops what serve() started; for afterEach. */
export async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map((service) => service.stop()));
}

interface Run extends Omit<ExecutionDescription, 'output'> {
  readonly output: unknown;
  readonly events: readonly HistoryEvent[];
  readonly types: readonly string[];
}

/** Reads an ended execution. */
export async function ended(service: StepFunctionsService, executionArn: string): Promise<Run> {
  const { output, ...rest } = await service.finished(executionArn);
  const events = service.history(executionArn);
  const parsed: unknown = output === undefined ? undefined : JSON.parse(output);
  return { ...rest, output: parsed, events, types: events.map(({ type }) => type) };
}

/** Starts the machine of that name. */
export function start(service: StepFunctionsService, name: string, input: unknown = {}): string {
  return service.startExecution({ stateMachineArn: service.machineArn(name), input: JSON.stringify(input) })
    .executionArn;
}

/** Runs one machine from start to end. */
export async function run(definition: unknown, input: unknown = {}, options: Options = {}): Promise<Run> {
  const service = await serve({ machine: definition }, options);
  return ended(service, start(service, 'machine', input));
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  await untilFound(() => (condition() ? true : undefined));
}

/** The tokens of an execution's waiting tasks, oldest first: the history shows them to whoever may read it. */
export function tokens(events: readonly HistoryEvent[]): string[] {
  return events.flatMap(({ taskScheduledEventDetails: details }) => {
    const token = /"token":"([^"]+)"/.exec(details?.parameters ?? '')?.[1];
    return token === undefined ? [] : [token];
  });
}
