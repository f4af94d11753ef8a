import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';

import { awsClient } from '../../../local/driver/loopback-client.ts';
import type { StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import { withKey } from '../driver/with-key.ts';
import { machine, serve, stopAll, tokens, tokenTask, until, validateServed } from './harness.ts';
import { until as untilFound } from '../../until.ts';

afterAll(validateServed);

const release = machine({ Ask: tokenTask({ Next: 'Done' }), Done: { Type: 'Succeed' } });
const short = machine({ P: { Type: 'Pass', End: true } });
let service: StepFunctionsService;
let client: SFNClient;

beforeEach(async () => {
  service = await serve({ release, short });
  client = new SFNClient({ ...awsClient(service), maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await stopAll();
});

async function started(name: string, rest: { name?: string; input?: string } = {}): Promise<string> {
  const command = new StartExecutionCommand({ stateMachineArn: service.machineArn(name), ...rest });
  return (await client.send(command)).executionArn ?? '';
}
async function waitingToken(executionArn: string): Promise<string> {
  await until(() => service.history(executionArn).some(({ type }) => type === 'TaskSubmitted'));
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  return tokens(events as Parameters<typeof tokens>[0])[0] ?? '';
}
async function post(body: string, headers: Record<string, string>, method = 'POST'): Promise<Response> {
  return fetch(service.endpoint, {
    method,
    headers: { ...withKey(service.key), ...headers },
    ...(method === 'POST' && { body }),
  });
}

test('the newest 200 ended executions are remembered, and whatever still runs', async () => {
  const running = await started('release');
  const stateMachineArn = service.machineArn('short');
  const ended: string[] = [];
  for (let count = 0; count < 203; count += 1) {
    const { executionArn } = service.startExecution({ stateMachineArn });
    await service.finished(executionArn);
    ended.push(executionArn);
  }
  const describe = (executionArn = '') => client.send(new DescribeExecutionCommand({ executionArn }));
  await expect(describe(ended[0])).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  await expect(describe(ended.at(-1))).resolves.toMatchObject({ status: 'SUCCEEDED' });
  await expect(describe(running)).resolves.toMatchObject({ status: 'RUNNING' });
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions.map((execution) => execution.executionArn)).toEqual(
    ended.slice(2).reverse().slice(0, executions.length),
  );
});

test('the SDK starts a release, reads the token from the history, answers it, and sees it succeed', async () => {
  const before = Date.now();
  const executionArn = await started('release');
  const after = Date.now();
  const running = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(running).toMatchObject({ status: 'RUNNING', input: '{}', redriveCount: 0, redriveStatus: 'NOT_REDRIVABLE' });
  expect(running.startDate?.getTime()).toBeGreaterThanOrEqual(before);
  expect(running.startDate?.getTime()).toBeLessThanOrEqual(after);
  const taskToken = await waitingToken(executionArn);
  await client.send(new SendTaskHeartbeatCommand({ taskToken }));
  await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"apr":"APR-1"}' }));
  await service.finished(executionArn);
  const done = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: '{"apr":"APR-1"}' });
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
  expect(events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded', timestamp: done.stopDate });
});

test('SendTaskFailure and StopExecution reach the execution', async () => {
  const failing = await started('release');
  await client.send(
    new SendTaskFailureCommand({ taskToken: await waitingToken(failing), error: 'Rejected', cause: 'no' }),
  );
  expect(await service.finished(failing)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'no' });
  const executionArn = await started('release');
  const { stopDate } = await client.send(new StopExecutionCommand({ executionArn, error: 'Stop', cause: 'asked' }));
  const stopped = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(stopped).toMatchObject({
    status: 'ABORTED',
    error: 'Stop',
    cause: 'asked',
    stopDate,
    redriveStatus: 'REDRIVABLE',
  });
});

test('StartExecution is idempotent by name while it runs with the same input, and only then', async () => {
  const first = await started('release', { name: 'one', input: '{"a":1}' });
  expect(await started('release', { name: 'one', input: '{"a":1}' })).toBe(first);
  await expect(started('release', { name: 'one', input: '{"a":2}' })).rejects.toThrow('Execution Already Exists');
  service.stopExecution(first);
  await expect(started('release', { name: 'one', input: '{"a":1}' })).rejects.toHaveProperty(
    'name',
    'ExecutionAlreadyExists',
  );
});

test('StartExecution on a version ARN runs the machine and says which version was asked for', async () => {
  const stateMachineArn = `${service.machineArn('short')}:3`;
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn, traceHeader: 'Root=1-0-0' }),
  );
  const described = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({
    stateMachineArn: service.machineArn('short'),
    stateMachineVersionArn: stateMachineArn,
  });
});

test('machines are listed and described, with the definition as text', async () => {
  const page = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
  expect(page.stateMachines).toMatchObject([{ name: 'release', type: 'STANDARD' }]);
  const rest = await client.send(new ListStateMachinesCommand({ nextToken: page.nextToken }));
  expect(rest.stateMachines).toMatchObject([{ name: 'short' }]);
  expect(rest.nextToken).toBeUndefined();
  const stateMachineArn = service.machineArn('release');
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(described).toMatchObject({ name: 'release', status: 'ACTIVE', type: 'STANDARD' });
  expect(JSON.parse(described.definition ?? '')).toEqual(release);
  const executionArn = await started('release');
  const same = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(same).toMatchObject({ stateMachineArn, definition: described.definition });
});

test('the history pages forwards and backwards, even while it grows, and can leave the data out', async () => {
  const executionArn = await started('release', { input: '{"secret":1}' });
  const taskToken = await waitingToken(executionArn);
  const ids = async (reverseOrder: boolean, between?: () => void): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 2 }, { executionArn, reverseOrder })) {
      found.push(...(page.events ?? []).map(({ id }) => id));
      if (found.length === 2) between?.();
    }
    return found;
  };
  expect(await ids(false)).toEqual([1, 2, 3, 4, 5]);
  expect(await ids(true, () => service.stopExecution(executionArn))).toEqual([5, 4, 3, 2, 1]);
  const command = new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false });
  const { events = [] } = await client.send(command);
  expect(events.map(({ type }) => type)).toContain('TaskSubmitted');
  expect(events[1]?.stateEnteredEventDetails).toEqual({ name: 'Ask' });
  expect(JSON.stringify(events)).not.toMatch(/secret|StatusCode/);
  expect(JSON.stringify(events)).not.toContain(taskToken);
});

test('executions are listed newest first, by status, page by page', async () => {
  const names = ['a', 'b', 'c'];
  for (const name of names) await service.finished(await started('short', { name }));
  await started('release', { name: 'other' });
  const stateMachineArn = service.machineArn('short');
  const found: unknown[] = [];
  for await (const page of paginateListExecutions(
    { client, pageSize: 1 },
    { stateMachineArn, statusFilter: 'SUCCEEDED' },
  )) {
    found.push(...(page.executions ?? []).map(({ name }) => name));
  }
  expect(found).toEqual(['c', 'b', 'a']);
  const none = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  expect(none.executions).toEqual([]);
});

test('a new execution is described at once, and listed only a while later', async () => {
  const own = await serve({ short }, { listedAfterMs: 200 });
  const other = new SFNClient(awsClient(own));
  const stateMachineArn = own.machineArn('short');
  const listed = async () => (await other.send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length;
  const { executionArn } = await other.send(new StartExecutionCommand({ stateMachineArn }));
  expect(await listed()).toBe(0);
  expect(await other.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({ executionArn });
  await untilFound(async () => ((await listed()) === 1 ? true : undefined));
  other.destroy();
});

describe('refusals have the names of the service', () => {
  const arn = 'arn:aws:states:eu-central-1:000000000000';
  test.each<[string, () => Promise<unknown>]>([
    [
      'ExecutionDoesNotExist',
      () => client.send(new DescribeExecutionCommand({ executionArn: `${arn}:execution:short:x` })),
    ],
    ['InvalidArn', () => client.send(new DescribeExecutionCommand({ executionArn: 'short' }))],
    ['InvalidArn', () => client.send(new StartExecutionCommand({ stateMachineArn: 'short' }))],
    [
      'StateMachineDoesNotExist',
      () => client.send(new ListExecutionsCommand({ stateMachineArn: `${arn}:stateMachine:x` })),
    ],
    ['InvalidName', () => started('short', { name: 'a b' })],
    ['InvalidName', () => started('short', { name: 'x'.repeat(81) })],
    ['InvalidExecutionInput', () => started('short', { input: 'nope' })],
    ['ValidationException', () => started('short', { input: JSON.stringify('x'.repeat(262_143)) })],
    ['InvalidOutput', () => client.send(new SendTaskSuccessCommand({ taskToken: 'x', output: 'nope' }))],
    ['InvalidToken', () => client.send(new SendTaskSuccessCommand({ taskToken: 'x', output: '1' }))],
    ['InvalidToken', () => client.send(new ListStateMachinesCommand({ nextToken: 'x' }))],
    ['ValidationException', () => client.send(new ListStateMachinesCommand({ maxResults: 1001 }))],
    ['ValidationException', () => client.send(new SendTaskSuccessCommand({ taskToken: 'x', output: undefined }))],
    [
      'AccessDeniedException',
      () => client.send(new RedriveExecutionCommand({ executionArn: `${arn}:execution:short:x` })),
    ],
  ])('%s (%#)', async (name, call) => {
    await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  test('TaskTimedOut and TaskDoesNotExist', async () => {
    const executionArn = await started('release');
    const taskToken = await waitingToken(executionArn);
    service.stopExecution(executionArn);
    const late = client.send(new SendTaskSuccessCommand({ taskToken, output: '1' }));
    await expect(late).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: expect.stringContaining('does not exist anymore') as unknown,
    });
    const foreign = client.send(
      new SendTaskSuccessCommand({ taskToken: taskToken.replace(/.{8}$/, 'AAAAAAAA'), output: '1' }),
    );
    await expect(foreign).rejects.toHaveProperty('name', 'TaskDoesNotExist');
  });

  test('a page token of another list is InvalidToken', async () => {
    await started('short');
    const first = await client.send(new ListStateMachinesCommand({ maxResults: 1 }));
    const stateMachineArn = service.machineArn('short');
    const call = client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: first.nextToken }));
    await expect(call).rejects.toHaveProperty('name', 'InvalidToken');
  });

  const json = { 'content-type': 'application/x-amz-json-1.0' };

  test('an operation that is not served, a body that is no JSON, and GET', async () => {
    const target = (name: string) => ({ ...json, 'x-amz-target': `AWSStepFunctions.${name}` });
    const unknown = await post('{}', target('DeleteStateMachine'));
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { __type: 'UnknownOperationException' }]);
    const broken = await post('{', target('ListStateMachines'));
    expect([broken.status, await broken.json()]).toMatchObject([400, { __type: 'SerializationException' }]);
    expect((await post('', json, 'GET')).status).toBe(400);
  });
});

test('the wire is AWS JSON 1.0: content type, request id, times as numbers of seconds, no null for what is absent', async () => {
  const before = Date.now();
  const executionArn = await started('release');
  const headers = {
    'x-amz-target': 'AWSStepFunctions.DescribeExecution',
    'content-type': 'application/x-amz-json-1.0',
  };
  const response = await post(JSON.stringify({ executionArn }), headers);
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  const body = (await response.json()) as Record<string, unknown>;
  expect(body['startDate']).toBeGreaterThanOrEqual(before / 1000);
  expect(body['startDate']).toBeLessThanOrEqual(Date.now() / 1000);
  expect(Object.values(body)).not.toContain(null);
});

test('only 127.0.0.1 is served', async () => {
  expect(service.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(fetch(service.endpoint.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
});
