import type { SFNClientConfig } from '@aws-sdk/client-sfn';
import type { ReleaseDesk } from '../../core/approval/page/ports.ts';
import { AnswerUncertain, TooLate } from '../execution-errors.ts';
import { createExecutionReader } from '../execution-history.ts';
import { createExecutions } from '../executions.ts';
import { createRunningReader } from '../running-executions.ts';

/** The releases of one state machine, with the same calls on AWS and on a laptop. */
export function createReleaseDesk(stateMachineArn: string, config: SFNClientConfig = {}): ReleaseDesk {
  const executions = createExecutions(config);
  const reader = createExecutionReader(config);
  const underWay = createRunningReader(config);
  const found = new Map<string, { readonly arn: string; readonly name: string }>();
  return {
    running: (most) => underWay.list(stateMachineArn, most),
    async find(runId) {
      const execution = found.get(runId) ?? (await reader.newest(stateMachineArn, runId));
      if (execution !== undefined) found.set(runId, execution);
      return execution;
    },
    history: (arn) => executions.history(arn),
    async answer(taskToken, output) {
      try {
        await executions.succeed(taskToken, output);
        return 'taken';
      } catch (error) {
        if (error instanceof TooLate) return 'too late';
        if (error instanceof AnswerUncertain) return 'uncertain';
        throw error;
      }
    },
  };
}
