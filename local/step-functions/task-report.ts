import type { TaskState } from './definition.ts';
import { TaskTimeout, type StateError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Json } from './json.ts';

/** Records the history of one attempt, in the events of the task's resource. */
export interface TaskReport {
  scheduled(parameters: Json): void;
  submitted(output: Json): void;
  succeeded(output: Json): void;
  failed(error: StateError): void;
}

function failure({ error, reason }: StateError): { error?: string; cause?: string } {
  return { ...(error !== null && { error }), ...(reason !== null && { cause: reason }) };
}

function withOutput(output: Json): { output: string; outputDetails: { truncated: boolean } } {
  return { output: JSON.stringify(output), outputDetails: { truncated: false } };
}

function reportFunction(execution: Execution, resource: string, limits: { timeoutInSeconds?: number }): TaskReport {
  return {
    scheduled: (parameters) => {
      const input = { input: JSON.stringify(parameters), inputDetails: { truncated: false } };
      execution.record('LambdaFunctionScheduled', {
        lambdaFunctionScheduledEventDetails: { resource, ...input, ...limits },
      });
      execution.record('LambdaFunctionStarted', {});
    },
    submitted: () => undefined,
    succeeded: (output) => {
      execution.record('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: withOutput(output) });
    },
    failed: (error) => {
      const details = failure(error);
      if (error instanceof TaskTimeout) {
        execution.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: details });
      } else {
        execution.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
      }
    },
  };
}

/** The events for a task's resource: LambdaFunction… for a plain function ARN, Task… for everything else. */
export function taskReport(execution: Execution, region: string, task: TaskState): TaskReport {
  const { resource: kind, TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  const limits = {
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  };
  if (kind.kind === 'function') return reportFunction(execution, kind.arn, limits);
  const who = { resourceType: kind.service, resource: kind.action };
  return {
    scheduled: (parameters) => {
      const details = { ...who, region, parameters: JSON.stringify(parameters), ...limits };
      execution.record('TaskScheduled', { taskScheduledEventDetails: details });
      execution.record('TaskStarted', { taskStartedEventDetails: who });
    },
    submitted: (output) => {
      execution.record('TaskSubmitted', { taskSubmittedEventDetails: { ...who, ...withOutput(output) } });
    },
    succeeded: (output) => {
      execution.record('TaskSucceeded', { taskSucceededEventDetails: { ...who, ...withOutput(output) } });
    },
    failed: (error) => {
      const details = { ...who, ...failure(error) };
      if (error instanceof TaskTimeout) execution.record('TaskTimedOut', { taskTimedOutEventDetails: details });
      else execution.record('TaskFailed', { taskFailedEventDetails: details });
    },
  };
}
