import { paginateGetExecutionHistory, SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import type { StandingExecution, StandingReader } from '../core/base/ports.ts';
import { createRunningReader } from './running-executions.ts';

/** Page size of the history; a waiting state has written at most four events since it was entered. */
const EVENTS_A_PAGE = 20;

/**
 * The state that an execution entered last. Execution data is left out of the request, because it holds the task token.
 */
async function lastEntered(client: SFNClient, executionArn: string): Promise<StandingExecution[]> {
  const request = { executionArn, reverseOrder: true, includeExecutionData: false };
  for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: EVENTS_A_PAGE }, request)) {
    for (const { stateEnteredEventDetails: entered, timestamp } of events) {
      if (entered?.name === undefined || timestamp === undefined) continue;
      return [{ arn: executionArn, state: entered.name, since: timestamp }];
    }
  }
  return [];
}

/**
 * Reads which states the running executions are in through the Step Functions API, with the same calls on AWS and on a
 * laptop.
 */
export function createStandingReader(config: SFNClientConfig = {}): StandingReader {
  const client = new SFNClient(config);
  const running = createRunningReader(config);
  return {
    async standing(stateMachineArn) {
      const found: StandingExecution[] = [];
      for (const { arn } of await running.list(stateMachineArn, Number.POSITIVE_INFINITY))
        found.push(...(await lastEntered(client, arn)));
      return found;
    },
  };
}
