import { paginateListExecutions, SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import type { RunningExecution, RunningReader } from '../core/base/ports.ts';
import { answersWithin } from './time-outs.ts';

/** Largest page that Step Functions returns (SDK, ListExecutions): one call shows all that anybody runs at once. */
const PAGE_SIZE = 1000;

/**
 * Lists what is under way through the Step Functions API, with the same calls on AWS and on a laptop. It is apart from
 * what reads histories, which a function that only names executions does not need.
 */
export function createRunningReader(config: SFNClientConfig = {}): RunningReader {
  const client = new SFNClient({ requestHandler: answersWithin, ...config });
  return {
    async list(stateMachineArn, most) {
      const found: RunningExecution[] = [];
      const request = { stateMachineArn, statusFilter: 'RUNNING' as const };
      for await (const { executions = [] } of paginateListExecutions({ client, pageSize: PAGE_SIZE }, request)) {
        for (const { executionArn: arn, name = '', startDate: startedAt } of executions)
          if (arn !== undefined && startedAt !== undefined) found.push({ arn, name, startedAt });
        if (found.length >= most) break;
      }
      return found.slice(0, most);
    },
  };
}
