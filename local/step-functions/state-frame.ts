import type { Execution } from './execution.ts';
import type { IntegrationFunction, Invoker } from './invoker.ts';
import type { Json, JsonObject } from './json.ts';
import type { TaskTokens } from './task-tokens.ts';

/** What a running state needs from the service. */
export interface Runtime {
  readonly region: string;
  readonly now: () => Date;
  readonly invoker: Invoker;
  readonly integrations: ReadonlyMap<string, IntegrationFunction>;
  readonly tokens: TaskTokens;
  /** Starts an execution for `startExecution.sync:2`. @throws ServiceError like StartExecution. */
  readonly startChild: (stateMachineArn: string, input: string, name: string | undefined) => Execution;
}

/** One visit to one state. `input` is the raw input, before InputPath. */
export interface StateFrame {
  readonly runtime: Runtime;
  readonly execution: Execution;
  readonly name: string;
  readonly input: Json;
  readonly enteredTime: Date;
}

/** Members of the context object that only a Task has. */
interface TaskContext {
  /** How many times this visit has been retried; 0 at first. */
  readonly retryCount: number;
  readonly token: string | undefined;
}

/**
 * The context object (`$$`), with the members that it has on AWS; RetryCount and Task are present only where AWS has
 * them.
 */
export function contextObject(frame: StateFrame, task?: TaskContext): JsonObject {
  const { execution } = frame;
  const { machine, name, input } = execution.start;
  return {
    Execution: {
      Id: execution.arn,
      Input: input,
      StartTime: execution.startDate.toISOString(),
      Name: name,
      RoleArn: machine.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
    State: {
      Name: frame.name,
      EnteredTime: frame.enteredTime.toISOString(),
      ...(task && { RetryCount: task.retryCount }),
    },
    ...(task?.token !== undefined && { Task: { Token: task.token } }),
  };
}
