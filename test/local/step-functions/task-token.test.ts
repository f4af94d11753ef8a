import { ServiceError } from '../../../local/driver/service-error.ts';
import type { StepFunctionsService } from '../../../local/step-functions/start-step-functions.ts';
import {
  ended,
  invokeTask,
  machine,
  named,
  script,
  serve,
  start,
  stopAll,
  validateServed,
  tokens,
  tokenTask,
  until,
  type Options,
} from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

const caught = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }] };

/** Starts a machine that waits, and gives its token once the function has returned. */
async function waiting(
  rest: Record<string, unknown> = {},
  options: Options = {},
): Promise<[StepFunctionsService, string, string]> {
  const definition = machine({ Ask: tokenTask({ ...caught, ...rest }), Caught: { Type: 'Succeed' } });
  const service = await serve({ machine: definition }, options);
  const arn = start(service, 'machine');
  await until(() => service.history(arn).some(({ type }) => type === 'TaskSubmitted'));
  return [service, arn, tokens(service.history(arn))[0] ?? ''];
}

/** The service's name for the error that a call is answered with. */
function refusal(call: () => void): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) return error.type;
  }
  return 'none';
}

test('SendTaskSuccess: TaskScheduled, TaskStarted, TaskSubmitted, TaskSucceeded; the output is the answer', async () => {
  const [service, arn, token] = await waiting();
  service.sendTaskSuccess(token, '{"apr":"APR-1"}');
  const { output, types, events } = await ended(service, arn);
  expect(output).toEqual({ apr: 'APR-1' });
  expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  expect(events[2]?.taskScheduledEventDetails).toMatchObject({ resource: 'invoke.waitForTaskToken' });
  expect(events[4]?.taskSubmittedEventDetails?.output).toContain('"StatusCode":200');
});

test('SendTaskFailure: its error and cause reach Catch; without fields both are null', async () => {
  const [service, arn, token] = await waiting();
  service.sendTaskFailure(token, 'Rejected', 'not today');
  const told = await ended(service, arn);
  expect(told.output).toEqual({ error: { Error: 'Rejected', Cause: 'not today' } });
  expect(told.types[5]).toBe('TaskFailed');

  const [again, other, bare] = await waiting();
  again.sendTaskFailure(bare);
  const silent = await ended(again, other);
  expect(silent.output).toEqual({ error: { Error: null, Cause: null } });
  expect(silent.events[5]?.taskFailedEventDetails).toEqual({
    resourceType: 'lambda',
    resource: 'invoke.waitForTaskToken',
  });
});

test('a token answers once; a late answer is TaskTimedOut, a foreign one TaskDoesNotExist, nonsense InvalidToken', async () => {
  const [service, arn, token] = await waiting();
  const [, , foreign] = await waiting();
  service.sendTaskSuccess(token, '1');
  expect(refusal(() => service.sendTaskSuccess(token, '2'))).toBe('TaskTimedOut');
  expect((await ended(service, arn)).output).toBe(1);
  expect(refusal(() => service.sendTaskFailure(token))).toBe('TaskTimedOut');
  expect(refusal(() => service.sendTaskHeartbeat(token))).toBe('TaskTimedOut');
  expect(refusal(() => service.sendTaskSuccess(foreign, '1'))).toBe('TaskDoesNotExist');
  expect(refusal(() => service.sendTaskSuccess('nonsense', '1'))).toBe('InvalidToken');
});

test('an output that is no JSON is InvalidOutput, one above the limit ValidationException; the task still waits', async () => {
  const [service, arn, token] = await waiting();
  expect(refusal(() => service.sendTaskSuccess(token, '{'))).toBe('InvalidOutput');
  expect(refusal(() => service.sendTaskSuccess(token, JSON.stringify('x'.repeat(262_144))))).toBe(
    'ValidationException',
  );
  expect(service.describeExecution(arn).status).toBe('RUNNING');
  service.sendTaskSuccess(token, '"ok"');
  expect((await ended(service, arn)).output).toBe('ok');
});

test('TimeoutSeconds: TaskTimedOut with States.Timeout; the token is dead', async () => {
  const [service, arn, token] = await waiting({ TimeoutSeconds: 1 });
  const { output, events, types } = await ended(service, arn);
  expect(output).toEqual({ error: { Error: 'States.Timeout', Cause: '' } });
  expect(types.slice(4, 7)).toEqual(['TaskSubmitted', 'TaskTimedOut', 'TaskStateExited']);
  const { taskTimedOutEventDetails: details } = events[5] ?? {};
  expect(details).toEqual({ resourceType: 'lambda', resource: 'invoke.waitForTaskToken', error: 'States.Timeout' });
  expect(refusal(() => service.sendTaskSuccess(token, '1'))).toBe('TaskTimedOut');
});

test('SendTaskHeartbeat puts HeartbeatSeconds off and leaves no event; silence is TaskTimedOut', async () => {
  const [service, arn, token] = await waiting({ TimeoutSeconds: 60, HeartbeatSeconds: 1 });
  await new Promise((resolve) => setTimeout(resolve, 700));
  service.sendTaskHeartbeat(token);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(service.describeExecution(arn).status).toBe('RUNNING');
  const { events, output } = await ended(service, arn);
  expect(output).toEqual({ error: { Error: 'States.Timeout', Cause: '' } });
  expect(events).toHaveLength(10);
  expect(events[2]?.taskScheduledEventDetails).toMatchObject({ heartbeatInSeconds: 1, timeoutInSeconds: 60 });
});

test('a retry has a new token, and the old one is dead', async () => {
  const retry = { Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, MaxAttempts: 1 }] };
  const [service, arn, first] = await waiting(retry);
  service.sendTaskFailure(first, 'Again');
  await until(() => tokens(service.history(arn)).length === 2);
  const [, second = ''] = tokens(service.history(arn));
  expect(second).not.toBe(first);
  expect(refusal(() => service.sendTaskSuccess(first, '1'))).toBe('TaskTimedOut');
  service.sendTaskSuccess(second, '2');
  expect((await ended(service, arn)).output).toBe(2);
});

test('an answer given before the function has returned is kept, and wins even if the function then fails', async () => {
  for (const outcome of [
    { ok: true, result: null },
    { ok: false, error: 'Late', cause: '' },
  ] as const) {
    const service: StepFunctionsService = await serve(
      { machine: machine({ Ask: tokenTask() }) },
      {
        invoke: async (_name, payload) => {
          service.sendTaskSuccess((payload as { token: string }).token, '"early"');
          await new Promise((resolve) => setTimeout(resolve, 20));
          return outcome;
        },
      },
    );
    const { output, types } = await ended(service, start(service, 'machine'));
    expect(output).toBe('early');
    const submitted = outcome.ok ? ['TaskSubmitted'] : [];
    expect(types.slice(3, -2)).toEqual(['TaskStarted', ...submitted, 'TaskSucceeded']);
  }
});

test('a function that fails before any answer fails the task, and its token is dead', async () => {
  const service = await serve({ machine: machine({ Ask: tokenTask() }) }, { invoke: script(named('Broken')) });
  const arn = start(service, 'machine');
  const { error, types, events } = await ended(service, arn);
  expect([error, types.slice(3)]).toEqual(['Broken', ['TaskStarted', 'TaskFailed', 'ExecutionFailed']]);
  expect(refusal(() => service.sendTaskSuccess(tokens(events)[0] ?? '', '1'))).toBe('TaskTimedOut');
});

test('after StopExecution the token is dead at once', async () => {
  const [service, arn, token] = await waiting();
  service.stopExecution(arn);
  expect(refusal(() => service.sendTaskSuccess(token, '1'))).toBe('TaskTimedOut');
  expect((await ended(service, arn)).status).toBe('ABORTED');
});

test('other tasks have no token in their context object', async () => {
  const parameters = { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token' } };
  const service = await serve({ machine: machine({ T: invokeTask({ Parameters: parameters }) }) });
  expect((await ended(service, start(service, 'machine'))).error).toBe('States.Runtime');
});
