import * as z from 'zod';

import { operation, type Operation } from '../driver/aws-json.ts';
import { parsePayload, type Engine } from './engine.ts';
import { ServiceError } from '../driver/service-error.ts';
import { describeExecution, describeMachine, getHistory, listExecutions, listMachines } from './views.ts';
import { pageMembers } from './wire.ts';

const byExecution = z.object({ executionArn: z.string() });
const byMachine = z.object({ stateMachineArn: z.string() });
const taskToken = z.string();
const statuses = z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE']);

const listExecutionsRequest = byMachine.extend({ statusFilter: statuses.optional(), ...pageMembers });

const historyRequest = byExecution.extend({
  reverseOrder: z.boolean().default(false),
  includeExecutionData: z.boolean().default(true),
  ...pageMembers,
});

/**
 * Every operation that is served, by its name after `AWSStepFunctions.`; any other is answered with
 * UnknownOperationException.
 */
export const operations: ReadonlyMap<string, Operation<Engine>> = new Map<string, Operation<Engine>>([
  [
    'StartExecution',
    operation(byMachine.extend({ name: z.string().optional(), input: z.string().optional() }), (engine, request) => {
      const { arn, startDate } = engine.startExecution(request);
      return { executionArn: arn, startDate };
    }),
  ],
  [
    'DescribeExecution',
    operation(byExecution, (engine, { executionArn }) => describeExecution(engine.execution(executionArn))),
  ],
  ['GetExecutionHistory', operation(historyRequest, getHistory)],
  ['ListExecutions', operation(listExecutionsRequest, listExecutions)],
  [
    'StopExecution',
    operation(
      byExecution.extend({ error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
      (engine, request) => {
        const execution = engine.execution(request.executionArn);
        execution.stop(request.error, request.cause);
        return { stopDate: execution.ending?.date };
      },
    ),
  ],
  [
    'RedriveExecution',
    operation(byExecution, (_engine, { executionArn }) => {
      throw new ServiceError(
        'AccessDeniedException',
        `User is not authorized to perform: states:RedriveExecution on resource: ${executionArn} with an explicit deny in an identity-based policy`,
      );
    }),
  ],
  [
    'DescribeStateMachine',
    operation(byMachine, (engine, { stateMachineArn }) => {
      const machine = engine.machine(stateMachineArn);
      return { ...describeMachine(machine), status: 'ACTIVE', type: 'STANDARD', creationDate: machine.creationDate };
    }),
  ],
  [
    'DescribeStateMachineForExecution',
    operation(byExecution, (engine, { executionArn }) => {
      const { machine } = engine.execution(executionArn).start;
      return { ...describeMachine(machine), updateDate: machine.creationDate };
    }),
  ],
  ['ListStateMachines', operation(z.object(pageMembers), listMachines)],
  [
    'SendTaskSuccess',
    operation(z.object({ taskToken, output: z.string() }), (engine, request) => {
      const output = parsePayload(request.output, 'output', 'InvalidOutput', 'Invalid Output');
      engine.tokens.succeed(request.taskToken, output);
      return {};
    }),
  ],
  [
    'SendTaskFailure',
    operation(
      z.object({ taskToken, error: z.string().max(256).optional(), cause: z.string().max(32_768).optional() }),
      (engine, request) => {
        engine.tokens.fail(request.taskToken, request.error, request.cause);
        return {};
      },
    ),
  ],
  [
    'SendTaskHeartbeat',
    operation(z.object({ taskToken }), (engine, request) => {
      engine.tokens.heartbeat(request.taskToken);
      return {};
    }),
  ],
]);
