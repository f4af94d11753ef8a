import {
  type HistoryEvent,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  SFNClient,
  type SFNClientConfig,
} from '@aws-sdk/client-sfn';
import type { EnteredState, ExecutionReader } from '../core/ports.ts';

function parseInput(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function enteredState({ timestamp, stateEnteredEventDetails: details }: HistoryEvent): EnteredState[] {
  if (details?.name === undefined || timestamp === undefined) return [];
  return [{ name: details.name, enteredAt: timestamp, input: parseInput(details.input) }];
}

/** Reads executions through the Step Functions API (here and on AWS the same calls). */
export function createExecutionReader(config: SFNClientConfig = {}): ExecutionReader {
  const client = new SFNClient(config);
  return {
    async enteredStates(executionArn) {
      const states: EnteredState[] = [];
      for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) {
        states.push(...(page.events ?? []).flatMap(enteredState));
      }
      return states;
    },
    async newest(stateMachineArn) {
      const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
      const found = executions?.[0];
      if (found?.executionArn === undefined || found.startDate === undefined) return undefined;
      return {
        arn: found.executionArn,
        name: found.name ?? '',
        status: found.status ?? 'UNKNOWN',
        startedAt: found.startDate,
      };
    },
  };
}
