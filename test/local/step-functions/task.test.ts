import { matches, RetryCounter } from '../../../local/step-functions/retry.ts';
import type { Retrier } from '../../../local/step-functions/fields.ts';
import type { InvokeOutcome } from '../../../local/step-functions/invoker.ts';
import { invokeTask, lambdaError, machine, named, run, script, stopAll, validateServed } from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

const caught = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }] };
const guarded = (rest: Record<string, unknown>): Record<string, unknown> =>
  machine({ T: invokeTask({ ...caught, ...rest }), Caught: { Type: 'Succeed' } });
const never = (): Promise<InvokeOutcome> =>
  new Promise((resolve) => setTimeout(resolve, 1500, { ok: true, result: 'late' }));

test('lambda:invoke answers what the API answers, and its history is Task events with consecutive ids', async () => {
  const parameters = { FunctionName: 'arn:aws:lambda:eu-central-1:000000000000:function:tier-3:12', Payload: { a: 1 } };
  const { output, events, types } = await run(
    machine({ T: invokeTask({ Parameters: parameters, TimeoutSeconds: 9 }) }),
  );
  expect(output).toMatchObject({ ExecutedVersion: '12', Payload: { a: 1 }, StatusCode: 200 });
  expect(types).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
  expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(events.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6]);
  const who = { resourceType: 'lambda', resource: 'invoke' };
  expect(events[1]?.stateEnteredEventDetails).toEqual({ name: 'T', input: '{}', inputDetails: { truncated: false } });
  expect(events[2]?.taskScheduledEventDetails).toEqual({
    ...who,
    region: 'eu-central-1',
    parameters: JSON.stringify(parameters),
    timeoutInSeconds: 9,
  });
  expect(events[3]?.taskStartedEventDetails).toEqual(who);
  expect(events[4]?.taskSucceededEventDetails).toMatchObject({ ...who, output: JSON.stringify(output) });
  expect(events[5]?.stateExitedEventDetails).toMatchObject({ name: 'T', output: JSON.stringify(output) });
});

test('a plain function ARN hands on the bare result, and its history is LambdaFunction events', async () => {
  const resource = 'arn:aws:lambda:eu-central-1:000000000000:function:worker:7';
  const state = { Type: 'Task', Resource: resource, End: true };
  const { output, events, types } = await run(machine({ T: state }), { a: 1 });
  expect(output).toEqual({ a: 1 });
  expect(types.slice(2, 5)).toEqual(['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded']);
  expect(events[2]?.lambdaFunctionScheduledEventDetails).toMatchObject({ resource, input: '{"a":1}' });
  const failed = await run(machine({ T: state }), {}, { invoke: script(named('Tier.Failed')) });
  expect(failed.types.slice(4)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
});

test('a Lambda error is Error = errorType and Cause = JSON text; on Catch OutputPath is not applied', async () => {
  const { output, types, events } = await run(
    guarded({ OutputPath: '$.nothing' }),
    { run: 7 },
    { invoke: script(named('Tier.Failed', 'gap moved')) },
  );
  const { error, cause } = lambdaError('Tier.Failed', 'gap moved');
  expect(output).toEqual({ run: 7, error: { Error: error, Cause: cause } });
  expect(types.slice(4, 7)).toEqual(['TaskFailed', 'TaskStateExited', 'SucceedStateEntered']);
  expect(events[4]?.taskFailedEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke', error, cause });
});

test('a Catch without ResultPath replaces the whole input, as on AWS', async () => {
  const task = invokeTask({ Catch: [{ ErrorEquals: ['Tier.Failed'], Next: 'Caught' }] });
  const { output } = await run(
    machine({ T: task, Caught: { Type: 'Succeed' } }),
    { run: 7 },
    { invoke: script(named('Tier.Failed')) },
  );
  expect(Object.keys(output as object)).toEqual(['Error', 'Cause']);
});

test('an error that nothing catches fails the execution with the same error and cause', async () => {
  const { status, error, cause, types } = await run(
    machine({ T: invokeTask() }),
    {},
    { invoke: script(named('Boom', 'x')) },
  );
  expect({ status, error, cause }).toEqual({ status: 'FAILED', ...lambdaError('Boom', 'x') });
  expect(types.slice(4)).toEqual(['TaskFailed', 'ExecutionFailed']);
});

test('a function that throws instead of answering is Lambda.Unknown', async () => {
  const { error, cause } = await run(
    machine({ T: invokeTask() }),
    {},
    { invoke: () => Promise.reject(new Error('gone')) },
  );
  expect({ error, cause }).toEqual({ error: 'Lambda.Unknown', cause: 'gone' });
});

test.each<[readonly string[], string | null, boolean]>([
  [['States.ALL'], 'Tier.Failed', true],
  [['States.ALL'], 'States.Timeout', true],
  [['States.ALL'], null, true],
  [['States.ALL'], 'States.Runtime', false],
  [['States.ALL'], 'States.DataLimitExceeded', true],
  [['States.TaskFailed'], 'States.DataLimitExceeded', true],
  [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  [['States.TaskFailed'], 'Tier.Failed', true],
  [['States.TaskFailed'], null, true],
  [['States.TaskFailed'], 'States.Timeout', false],
  [['States.Timeout'], 'States.Timeout', true],
  [['Other', 'Tier.Failed'], 'Tier.Failed', true],
  [['Tier'], 'Tier.Failed', false],
])('ErrorEquals %j sees %s: %s', (names, error, expected) => {
  expect(matches(names, error)).toBe(expected);
});

test('the first Catch item that covers the error is taken', async () => {
  const items = ['Boom', 'States.ALL'].map((name, index) => ({ ErrorEquals: [name], Next: index === 0 ? 'A' : 'B' }));
  const states = { T: invokeTask({ Catch: items }), A: { Type: 'Succeed' }, B: { Type: 'Fail' } };
  expect((await run(machine(states), {}, { invoke: script(named('Boom')) })).status).toBe('SUCCEEDED');
  expect((await run(machine(states), {}, { invoke: script(named('Else')) })).status).toBe('FAILED');
});

test('a retry is a fresh TaskScheduled/TaskStarted pair, counted in State.RetryCount', async () => {
  const invoke = script(named('Busy'), 'done');
  const { types, output } = await run(
    machine({
      T: invokeTask({
        Parameters: { FunctionName: 'f', 'Payload.$': '$$.State.RetryCount' },
        OutputPath: '$.Payload',
        Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 1 }],
      }),
    }),
    {},
    { invoke },
  );
  expect(output).toBe('done');
  expect(invoke.calls).toEqual([0, 1]);
  expect(types.slice(2, 9)).toEqual([
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
  ]);
});

test('a retrier that does not cover the error, or is used up, leaves it to Catch', async () => {
  const invoke = script(named('Busy'));
  const retry = {
    Retry: [
      { ErrorEquals: ['Other'], MaxAttempts: 3 },
      { ErrorEquals: ['Busy'], MaxAttempts: 0 },
    ],
  };
  expect((await run(guarded(retry), {}, { invoke })).output).toHaveProperty('error.Error', 'Busy');
  expect(invoke.calls).toHaveLength(1);
});

test('delays grow by BackoffRate up to MaxDelaySeconds, each retrier counts for itself, FULL jitter stays below', () => {
  const retrier = (rest: Partial<Retrier>): Retrier => ({
    ErrorEquals: ['Busy'],
    IntervalSeconds: 2,
    MaxAttempts: 4,
    BackoffRate: 3,
    JitterStrategy: 'NONE',
    ...rest,
  });
  const counter = new RetryCounter([
    retrier({ MaxDelaySeconds: 10 }),
    retrier({ ErrorEquals: ['Lost'], MaxAttempts: 1 }),
  ]);
  const delays = ['Busy', 'Busy', 'Lost', 'Busy', 'Lost', 'Busy', 'Busy'].map((error) => counter.nextDelayMs(error));
  expect(delays).toEqual([2000, 6000, 2000, 10_000, undefined, 10_000, undefined]);
  const jittered = new RetryCounter([retrier({ JitterStrategy: 'FULL', MaxAttempts: 50, BackoffRate: 1 })]);
  const random = Array.from({ length: 50 }, () => jittered.nextDelayMs('Busy') ?? -1);
  expect(random.every((ms) => ms >= 0 && ms < 2000)).toBe(true);
  expect(new Set(random).size).toBeGreaterThan(25);
});

test.each([
  ['lambda:invoke', {}, 'TaskTimedOut'],
  [
    'a plain function ARN',
    { Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:f', Parameters: {} },
    'LambdaFunctionTimedOut',
  ],
])('TimeoutSeconds of %s: %s', async (_what, rest, type) => {
  const { output, types, events } = await run(guarded({ ...rest, TimeoutSeconds: 1 }), {}, { invoke: never });
  expect(output).toEqual({ error: { Error: 'States.Timeout', Cause: '' } });
  expect(types[4]).toBe(type);
  expect(JSON.stringify(events[4])).toContain('"error":"States.Timeout"');
});

describe('above the limit of 262,144 bytes', () => {
  const large = { invoke: script('x'.repeat(262_144)) };

  test('a result is States.DataLimitExceeded, which its own name and States.ALL catch', async () => {
    const { status, error, types } = await run(machine({ T: invokeTask() }), {}, large);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(types.slice(4)).toEqual(['TaskFailed', 'ExecutionFailed']);
    for (const name of ['States.DataLimitExceeded', 'States.ALL']) {
      const by = { Catch: [{ ErrorEquals: [name], Next: 'Caught' }] };
      expect((await run(guarded(by), {}, large)).status).toBe('SUCCEEDED');
    }
  });

  test('an output that grew over it although the result did not, and a payload, are caught by nothing', async () => {
    const input = { text: 'x'.repeat(200_000) };
    const { status, error, types } = await run(guarded({ ResultPath: '$.result' }), input);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(types.slice(4)).toEqual(['TaskSucceeded', 'ExecutionFailed']);
    const doubled = { FunctionName: 'worker', Payload: { 'a.$': '$.text', 'b.$': '$.text' } };
    const sent = await run(guarded({ Parameters: doubled }), input);
    expect([sent.status, sent.error]).toEqual(['FAILED', 'States.DataLimitExceeded']);
  });
});

test('another resource is served by the integration that the caller gave', async () => {
  const resource = 'arn:aws:states:::sns:publish';
  const state = { Type: 'Task', Resource: resource, Parameters: { TopicArn: 't', 'Message.$': '$.m' }, End: true };
  const sent: unknown[] = [];
  const publish = (parameters: unknown): Promise<InvokeOutcome> => {
    sent.push(parameters);
    return Promise.resolve({ ok: true, result: { MessageId: 'm-1' } });
  };
  const { output, events } = await run(
    machine({ T: state }),
    { m: 'hello' },
    { integrations: { [resource]: publish } },
  );
  expect(sent).toEqual([{ TopicArn: 't', Message: 'hello' }]);
  expect(output).toEqual({ MessageId: 'm-1' });
  expect(events[2]?.taskScheduledEventDetails).toMatchObject({ resourceType: 'sns', resource: 'publish' });
});

test('faults: before the call the function never runs, after it the reply is lost', async () => {
  const throttle = { ok: false, error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' } as const;
  const before = script('done');
  const throttled = await run(
    machine({ T: invokeTask() }),
    {},
    { invoke: before, faults: { beforeInvoke: () => Promise.resolve(throttle) } },
  );
  expect([throttled.error, before.calls]).toEqual(['Lambda.TooManyRequestsException', []]);
  const after = script('done');
  const lost = { ok: false, error: 'Lambda.Unknown', cause: 'lost' } as const;
  const ended = await run(
    machine({ T: invokeTask() }),
    {},
    { invoke: after, faults: { afterInvoke: () => Promise.resolve(lost) } },
  );
  expect([ended.error, after.calls]).toEqual(['Lambda.Unknown', [{}]]);
});
