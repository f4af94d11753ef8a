import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Runtime } from '../local/runtime.ts';

/** Ends of an execution for which EventBridge's rule starts ROLLBACK; one that has rolled itself back is among them. */
const ended = new Set<HistoryEvent['type']>(['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut']);

/** Starts ROLLBACK for one release, with the input that the rule gives. Returns the ARN of the rollback. */
export function startRollbackOf(runtime: Runtime, executionArn: string): string {
  const { name, startDate } = runtime.stepFunctions.describeExecution(executionArn);
  const release = { Id: executionArn, Name: name, StartTime: startDate.toISOString() };
  const request = { stateMachineArn: runtime.rollbackArn, input: JSON.stringify({ release }) };
  return runtime.stepFunctions.startExecution(request).executionArn;
}

/**
 * Stands in for the EventBridge rule of the stack (lib/stop-rule.ts), which a machine without EventBridge lacks: every
 * release that did not succeed gets its ROLLBACK. Returns the way to end it, which a shutdown calls first.
 */
export function followStopRule(runtime: Runtime, onStart: (rollbackArn: string) => void): () => void {
  return runtime.stepFunctions.onEvent(({ executionArn, event }) => {
    if (!ended.has(event.type) || !executionArn.startsWith(`${executionsOf(runtime.releaseArn)}:`)) return;
    // Not from inside the event: the service must have finished telling everybody first.
    setImmediate(() => onStart(startRollbackOf(runtime, executionArn)));
  });
}

function executionsOf(machineArn: string): string {
  return machineArn.replace(':stateMachine:', ':execution:');
}
