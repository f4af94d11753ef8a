import { parseTimestamp } from './choice-rule.ts';
import { applyFilter, placeResult, tooLarge } from './data-flow.ts';
import type { ChoiceState, State } from './definition.ts';
import { messageOf } from '../../core/base/errors.ts';
import { DataTooLarge, RuntimeFailure, StateError } from './errors.ts';
import type { Execution } from './execution.ts';
import { evaluate, type Expression } from './expression.ts';
import type { Json } from './json.ts';
import { readPath, type Path, type Scope } from './json-path.ts';
import { fillTemplate } from './payload-template.ts';
import { runTask, type TaskOutcome } from './run-task.ts';
import { contextObject, type Runtime, type StateFrame } from './state-frame.ts';
import type { FailFields, PassFields, WaitFields } from './state-schemas.ts';
import { pause, startTimer } from './timer.ts';

function runPass(frame: StateFrame, state: PassFields, scope: Scope): TaskOutcome {
  const shaped = state.Parameters ? fillTemplate(state.Parameters, scope) : scope.input;
  const output = placeResult(state.ResultPath, frame.input, state.Result ?? shaped);
  return { next: state.Next, output: applyFilter(state.OutputPath, { ...scope, input: output }) };
}

function runChoice(state: ChoiceState, scope: Scope): TaskOutcome {
  const next = state.rules.find((rule) => rule.condition(scope))?.next ?? state.Default;
  if (next === undefined) {
    throw new StateError('States.NoChoiceMatched', 'No choice rule matched the input, and there is no Default.');
  }
  return { next, output: applyFilter(state.OutputPath, scope) };
}

function delayMs(state: WaitFields, scope: Scope, now: Date): number {
  const given = (path: Path | undefined): Json | undefined => path && readPath(path, scope);
  const seconds = state.Seconds ?? given(state.SecondsPath);
  if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds * 1000;
  const timestamp = parseTimestamp(state.Timestamp ?? given(state.TimestampPath));
  if (timestamp !== undefined) return Math.max(0, timestamp - now.getTime());
  throw new RuntimeFailure(
    state.SecondsPath
      ? `The SecondsPath parameter does not reference a positive integer: ${state.SecondsPath.text}`
      : `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath?.text ?? ''}`,
  );
}

async function runWait(frame: StateFrame, state: WaitFields, scope: Scope): Promise<TaskOutcome> {
  await pause(delayMs(state, scope, frame.runtime.now()), frame.execution.signal);
  return { next: state.Next, output: applyFilter(state.OutputPath, scope) };
}

function failText(text: string | undefined, path: Expression | undefined, scope: Scope, field: string): string | null {
  if (!path) return text ?? null;
  const value = evaluate(path, scope, field);
  if (typeof value === 'string') return value;
  throw new RuntimeFailure(`The ${field} field must reference a string`);
}

function runFail(state: FailFields, scope: Scope): never {
  const error = failText(state.Error, state.ErrorPath, scope, 'ErrorPath');
  throw new StateError(error, failText(state.Cause, state.CausePath, scope, 'CausePath'));
}

async function runState(frame: StateFrame, state: State): Promise<TaskOutcome> {
  if (state.Type === 'Task') return runTask(frame, state);
  const context = contextObject(frame);
  const raw = { input: frame.input, context };
  if (state.Type === 'Fail') return runFail(state, raw);
  const scope = { input: applyFilter(state.InputPath, raw), context };
  switch (state.Type) {
    case 'Pass':
      return runPass(frame, state, scope);
    case 'Choice':
      return runChoice(state, scope);
    case 'Wait':
      return runWait(frame, state, scope);
    case 'Succeed':
      return { next: undefined, output: applyFilter(state.OutputPath, scope) };
  }
}

async function enterState(execution: Execution, runtime: Runtime, name: string, input: Json): Promise<TaskOutcome> {
  const state = execution.start.machine.definition.states.get(name);
  if (!state) throw new StateError('States.Runtime', `state '${name}' does not exist`);
  const frame: StateFrame = { execution, runtime, name, input, enteredTime: runtime.now() };
  const entered = execution.record(`${state.Type}StateEntered`, {
    stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: { truncated: false } },
  });
  try {
    const outcome = await runState(frame, state);
    const refusal = tooLarge(outcome.output, name);
    if (refusal !== undefined) throw new DataTooLarge(refusal);
    if (state.Type === 'Fail') return outcome;
    const output = JSON.stringify(outcome.output);
    execution.record(`${state.Type}StateExited`, {
      stateExitedEventDetails: { name, output, outputDetails: { truncated: false } },
    });
    return outcome;
  } catch (error) {
    if (error instanceof DataTooLarge) throw new StateError('States.DataLimitExceeded', error.message);
    if (!(error instanceof RuntimeFailure)) throw error;
    const where = `An error occurred while executing the state '${name}' (entered at the event id #${entered}).`;
    throw new StateError('States.Runtime', `${where} ${error.message}`);
  }
}

async function walk(execution: Execution, runtime: Runtime): Promise<Json> {
  const { input, machine } = execution.start;
  let at: TaskOutcome = { next: machine.definition.startAt, output: input };
  while (at.next !== undefined) at = await enterState(execution, runtime, at.next, at.output);
  return at.output;
}

/** Runs an execution to its end. Never rejects, because every ending is recorded in the execution. */
export async function runExecution(execution: Execution, runtime: Runtime): Promise<void> {
  const { inputText, machine, versionArn } = execution.start;
  const { timeoutMs } = machine.definition;
  const deadline = timeoutMs === undefined ? undefined : startTimer(timeoutMs, () => execution.timeOut());
  try {
    execution.record('ExecutionStarted', {
      executionStartedEventDetails: {
        input: inputText,
        inputDetails: { truncated: false },
        roleArn: machine.roleArn,
        ...(versionArn !== undefined && { stateMachineVersionArn: versionArn }),
      },
    });
    execution.succeed(await walk(execution, runtime));
  } catch (error) {
    // After a stop or a machine time-out the ending is recorded already, and these calls have no effect.
    if (error instanceof StateError) execution.fail(error.error, error.reason);
    else execution.fail('States.Runtime', messageOf(error));
  } finally {
    deadline?.stop();
  }
}
