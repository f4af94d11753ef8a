import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type ExecutionListItem,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  type SFNClientConfig,
} from '@aws-sdk/client-sfn';
import { parseJson } from '../core/base/json.ts';
import type { EnteredState, ExecutionReader, ExecutionSearch, ExecutionSummary } from '../core/base/ports.ts';
import { runIdOf } from '../core/base/run-id.ts';
import { answersWithin } from './time-outs.ts';

/** Largest page that Step Functions returns (SDK, the lists). */
const PAGE_SIZE = 1000;

function enteredState({ timestamp, stateEnteredEventDetails: details }: HistoryEvent): EnteredState[] {
  if (details?.name === undefined || timestamp === undefined) return [];
  return [{ name: details.name, enteredAt: timestamp, input: parseJson(details.input) }];
}

function summary({ executionArn, name, status, startDate }: ExecutionListItem): ExecutionSummary | undefined {
  if (executionArn === undefined || startDate === undefined) return undefined;
  return { arn: executionArn, name: name ?? '', status: status ?? 'UNKNOWN', startedAt: startDate };
}

/**
 * Finds executions through the Step Functions API. It is apart from what reads histories, whose forms would be a tenth of the
 * bundle of a function that needs none.
 */
export function createExecutionSearch(config: SFNClientConfig = {}): ExecutionSearch {
  const client = new SFNClient({ requestHandler: answersWithin, ...config });
  return {
    async newest(stateMachineArn, runId) {
      const pageSize = runId === undefined ? 1 : PAGE_SIZE;
      for await (const { executions = [] } of paginateListExecutions({ client, pageSize }, { stateMachineArn })) {
        const found = executions.find(
          ({ executionArn = '' }) => runId === undefined || runIdOf(executionArn) === runId,
        );
        if (found !== undefined) return summary(found);
      }
      return undefined;
    },
  };
}

/** Reads executions through the Step Functions API, with the same calls on AWS and on a laptop. */
export function createExecutionReader(config: SFNClientConfig = {}): ExecutionReader {
  const client = new SFNClient({ requestHandler: answersWithin, ...config });
  return {
    async enteredStates(executionArn) {
      const states: EnteredState[] = [];
      for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) {
        states.push(...(page.events ?? []).flatMap(enteredState));
      }
      return states;
    },
    async stopCause(executionArn) {
      const last = { executionArn, reverseOrder: true, maxResults: 1, includeExecutionData: true };
      const { events = [] } = await client.send(new GetExecutionHistoryCommand(last));
      return events[0]?.executionAbortedEventDetails?.cause;
    },
    ...createExecutionSearch(config),
  };
}
