import { setImmediate } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Runtime } from '../../local/driver/runtime.ts';
import { rollbackOutcome } from './ending-of-history.ts';

/** Ends of an execution for which EventBridge's rule starts ROLLBACK; one that has rolled itself back is among them. */
const ended = new Set<HistoryEvent['type']>(['ExecutionAborted', 'ExecutionFailed', 'ExecutionTimedOut']);

/** Starts ROLLBACK for one release, with the input that the rule gives. Returns the ARN of the rollback. */
export function startRollbackOf(runtime: Runtime, executionArn: string): string {
  const { name, startDate } = runtime.stepFunctions.describeExecution(executionArn);
  const release = { Id: executionArn, Name: name, StartTime: startDate.toISOString() };
  const request = { stateMachineArn: runtime.rollbackArn, input: JSON.stringify({ release }) };
  return runtime.stepFunctions.startExecution(request).executionArn;
}

/** The rule at work. */
export interface StopRule {
  /** Stops every release that runs, waits until nothing is left to roll back, and says whether all of it is proven. */
  stopReleases(): Promise<boolean>;
  /** Ends the rule: no rollback is started any more. */
  end(): void;
}

/**
 * Stands in for the EventBridge rule of the stack (lib/rollback/stop-rule.ts), which a machine without EventBridge
 * lacks: every release that did not succeed gets its ROLLBACK.
 */
export function followStopRule(runtime: Runtime, onStart: (rollbackArn: string) => void): StopRule {
  const { stepFunctions } = runtime;
  const releases = new Set<string>();
  const rollbacks = new Set<Promise<boolean>>();
  const rollBack = async (executionArn: string): Promise<boolean> => {
    // Not from inside the event: the service has to notify all of its listeners first.
    await setImmediate();
    const rollbackArn = startRollbackOf(runtime, executionArn);
    onStart(rollbackArn);
    const outcome = rollbackOutcome((await stepFunctions.finished(rollbackArn)).output);
    return outcome !== undefined && outcome !== 'refused';
  };
  const end = stepFunctions.onEvent(({ executionArn, event }) => {
    if (!executionArn.startsWith(`${executionsOf(runtime.releaseArn)}:`)) return;
    if (event.type === 'ExecutionStarted') releases.add(executionArn);
    if (event.type === 'ExecutionSucceeded') releases.delete(executionArn);
    if (!ended.has(event.type)) return;
    releases.delete(executionArn);
    const proven = rollBack(executionArn).finally(() => rollbacks.delete(proven));
    rollbacks.add(proven);
  });
  return {
    stopReleases: async () => {
      for (const arn of releases) stepFunctions.stopExecution(arn, 'Stopped', 'the local runtime was stopped');
      await Promise.all([...releases].map((arn) => stepFunctions.finished(arn)));
      await setImmediate(); // the rule has heard of it then
      return (await Promise.all(rollbacks)).every((proven) => proven);
    },
    end,
  };
}

function executionsOf(machineArn: string): string {
  return machineArn.replace(':stateMachine:', ':execution:');
}
