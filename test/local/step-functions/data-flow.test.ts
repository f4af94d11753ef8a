import { echo, invokeTask, machine, run, script, stopAll, validateServed } from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

const pass = (rest: Record<string, unknown>): Record<string, unknown> =>
  machine({ P: { Type: 'Pass', End: true, ...rest } });
const evaluate = async (expression: string, input: unknown = {}): Promise<unknown> =>
  (await run(pass({ Parameters: { 'value.$': expression } }), input)).output;

test('a task sees InputPath, then Parameters; its result passes ResultSelector, ResultPath and OutputPath', async () => {
  const task = invokeTask({
    InputPath: '$.in',
    Parameters: {
      FunctionName: 'f',
      Payload: { 'tier.$': '$.tier', list: [{ 'again.$': '$.tier' }], fixed: '$.tier' },
    },
    ResultSelector: { 'got.$': '$.Payload' },
    ResultPath: '$.out.task',
    OutputPath: '$.out',
  });
  const { output } = await run(machine({ T: task }), { in: { tier: 3 }, out: { kept: true } }, { invoke: echo });
  expect(output).toEqual({ kept: true, task: { got: { tier: 3, list: [{ again: 3 }], fixed: '$.tier' } } });
});

test.each([
  ['without paths the result replaces the input', { Result: 1 }, 1],
  ['InputPath null is {}', { InputPath: null }, {}],
  ['OutputPath null is {}', { OutputPath: null }, {}],
  ['ResultPath null drops the result', { Result: 1, ResultPath: null }, { a: { b: [1, 2] } }],
  ['ResultPath makes missing objects', { Result: 1, ResultPath: '$.x.y' }, { a: { b: [1, 2] }, x: { y: 1 } }],
  ['ResultPath writes into arrays', { Result: 9, ResultPath: '$.a.b[1]' }, { a: { b: [1, 9] } }],
  ['quoted names and indexes are read', { InputPath: "$['a'].b[1]" }, 2],
])('%s', async (_what, fields, expected) => {
  expect((await run(pass(fields), { a: { b: [1, 2] } })).output).toEqual(expected);
});

test.each([
  ["States.Format('tier {} of {}', $.n, $.s)", 'tier 3 of release'],
  ["States.Format('it\\'s \\{\\} {}', true)", "it's {} true"],
  ['States.JsonToString($.o)', '{"k":[1]}'],
  ['States.StringToJson($.j)', { a: 1 }],
  ["States.Array($.n, 'two', null, States.Array())", [3, 'two', null, []]],
  ['States.MathAdd($.n, -1)', 2],
])('%s is evaluated', async (expression, value) => {
  const input = { n: 3, s: 'release', o: { k: [1] }, j: '{"a":1}' };
  expect(await evaluate(expression, input)).toEqual({ value });
});

test('the context object has the members that AWS gives', async () => {
  const invoke = script(null);
  const parameters = { FunctionName: 'f', Payload: { 'context.$': '$$' } };
  const { executionArn, name } = await run(
    machine({ T: invokeTask({ Parameters: parameters }) }),
    { a: 1 },
    { invoke },
  );
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;
  const role = 'arn:aws:iam::000000000000:role/machine';
  expect(invoke.calls).toEqual([
    {
      context: {
        Execution: { Id: executionArn, Input: { a: 1 }, Name: name, RoleArn: role, StartTime: time, RedriveCount: 0 },
        State: { EnteredTime: time, Name: 'T', RetryCount: 0 },
        StateMachine: { Id: 'arn:aws:states:eu-central-1:000000000000:stateMachine:machine', Name: 'machine' },
      },
    },
  ]);
});

describe('a path that leads nowhere is States.Runtime, which no Retry and no Catch sees', () => {
  const safe = {
    Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
  };
  const guarded = (rest: Record<string, unknown>): Record<string, unknown> =>
    machine({ T: invokeTask({ ...safe, ...rest }), Caught: { Type: 'Succeed' } });

  test('in Parameters, before the task is scheduled', async () => {
    const parameters = { FunctionName: 'f', Payload: { 'id.$': '$.missing' } };
    const { status, error, cause, types } = await run(guarded({ Parameters: parameters }));
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
    expect(cause).toBe(
      "An error occurred while executing the state 'T' (entered at the event id #2). The JSONPath '$.missing' specified for the field 'id.$' could not be found in the input '{}'",
    );
    expect(types).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  });

  test.each([
    ['InputPath', { InputPath: '$.missing' }],
    ['OutputPath', { OutputPath: '$.missing' }],
    ['ResultSelector', { ResultSelector: { 'x.$': '$.Payload.missing' } }],
    ['ResultPath', { ResultPath: '$.text.below' }],
    ['an intrinsic function', { Parameters: { FunctionName: 'f', 'Payload.$': 'States.StringToJson($.text)' } }],
    ['States.Format with too few arguments', { Parameters: { FunctionName: 'f', 'Payload.$': "States.Format('{}')" } }],
    ['a FunctionName that is no text', { Parameters: { 'FunctionName.$': '$' } }],
  ])('%s', async (_what, rest) => {
    const { status, error } = await run(guarded(rest), { text: 'no json' });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
  });
});

test('Fail takes its error and cause from paths and intrinsic functions', async () => {
  const fail = { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: "States.Format('because {}', $.error.n)" };
  const { status, error, cause, types } = await run(machine({ F: fail }), { error: { Error: 'Tier.Failed', n: 4 } });
  expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Tier.Failed', cause: 'because 4' });
  expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
});

test('an output above 262,144 bytes fails the execution, one of exactly that size does not', async () => {
  const text = (bytes: number): string => 'é'.repeat((bytes - 2) / 2);
  const fits = await run(pass({ Result: text(262_144) }));
  expect(fits.status).toBe('SUCCEEDED');
  const { status, error, cause } = await run(pass({ Result: text(262_146) }));
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  expect(cause).toContain('exceeding the maximum number of bytes service limit');
});
