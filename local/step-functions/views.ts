import type { Engine } from './engine.ts';
import type { Execution, Machine } from './execution.ts';
import { requestedPage, withoutData, type PageRequest } from './wire.ts';

function listed(execution: Execution): object {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.start.machine.arn,
    stateMachineVersionArn: execution.start.versionArn,
    name: execution.start.name,
    status: execution.status,
    startDate: execution.startDate,
    stopDate: execution.ending?.date,
    redriveCount: 0,
  };
}

/** The response of DescribeExecution; `input` and `output` are JSON text, as on AWS. */
export function describeExecution(execution: Execution): object {
  const { ending, status } = execution;
  const redrivable = status === 'FAILED' || status === 'ABORTED' || status === 'TIMED_OUT';
  return {
    ...listed(execution),
    input: execution.start.inputText,
    inputDetails: { included: true },
    ...(ending?.output !== undefined && { output: JSON.stringify(ending.output), outputDetails: { included: true } }),
    error: ending?.error,
    cause: ending?.cause,
    redriveStatus: redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(!redrivable && { redriveStatusReason: `Execution is ${status} and cannot be redriven` }),
  };
}

/** The members that both operations that describe a machine return. */
export function describeMachine(machine: Machine): object {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: machine.text,
    roleArn: machine.roleArn,
    loggingConfiguration: machine.logging,
    tracingConfiguration: { enabled: machine.traced },
  };
}

/** The members of a ListExecutions request, besides the paging. */
interface ExecutionsRequest extends PageRequest {
  readonly stateMachineArn: string;
  readonly statusFilter?: string | undefined;
}

/** ListExecutions. */
export function listExecutions(engine: Engine, request: ExecutionsRequest): object {
  const machine = engine.machine(request.stateMachineArn);
  const all = engine.listed.map((execution, index, list) => ({ execution, number: list.length - index }));
  const wanted = all.filter(
    ({ execution }) =>
      execution.start.machine === machine && (request.statusFilter ?? execution.status) === execution.status,
  );
  const { items, nextToken } = requestedPage(`executions ${machine.arn}`, wanted, ({ number }) => number, request);
  return { executions: items.map(({ execution }) => listed(execution)), nextToken };
}

/** The members of a GetExecutionHistory request, besides the paging. */
interface HistoryRequest extends PageRequest {
  readonly executionArn: string;
  readonly reverseOrder: boolean;
  readonly includeExecutionData: boolean;
}

/** GetExecutionHistory. */
export function getHistory(engine: Engine, request: HistoryRequest): object {
  const { events } = engine.execution(request.executionArn);
  const ordered = request.reverseOrder ? events.toReversed() : events;
  const list = `events ${request.executionArn} ${request.reverseOrder}`;
  const { items, nextToken } = requestedPage(list, ordered, ({ id }) => id, request);
  return { events: request.includeExecutionData ? items : items.map(withoutData), nextToken };
}

/** ListStateMachines. */
export function listMachines(engine: Engine, request: PageRequest): object {
  const all = engine.machines.map((machine, index) => ({ machine, number: index + 1 }));
  const { items, nextToken } = requestedPage('machines', all, ({ number }) => number, request);
  const stateMachines = items.map(({ machine: { arn, name, creationDate } }) => ({
    stateMachineArn: arn,
    name,
    type: 'STANDARD',
    creationDate,
  }));
  return { stateMachines, nextToken };
}
