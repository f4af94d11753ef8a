import type { InvokeFunction } from '../../../local/step-functions/invoker.ts';
import { echo, invokeTask, machine, named, run, script, stopAll, type States, validateServed } from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

/** What AWS was seen to do, which the interpreter is held to. */
interface Recorded {
  readonly what: string;
  /** File and test of the recording below `tests/aws/services/stepfunctions/v2/` of localstack/localstack, and its day. */
  readonly where: string;
  readonly states: States;
  readonly input?: unknown;
  /** The function; one that nobody invokes may be left out. */
  readonly invoke?: InvokeFunction;
  readonly types: readonly string[];
  /** Parts of what DescribeExecution shows; `undefined` for what it does not show. */
  readonly ends: Record<string, unknown>;
}

const arn = 'arn:aws:lambda:eu-central-1:000000000000:function:worker';
const plainTask = (rest: Record<string, unknown> = {}) => ({ Type: 'Task', Resource: arn, End: true, ...rest });
const boom = (name: string) => ({
  error: name,
  cause: JSON.stringify({ errorMessage: 'no', errorType: name, trace: [] }),
});
const fails = script(named('Exception'));
/** Takes longer than a task of one second waits. */
const slow: InvokeFunction = () => new Promise((resolve) => setTimeout(resolve, 1_500, { ok: true, result: 'late' }));
const entered = (kind: string, ...rest: string[]) => ['ExecutionStarted', `${kind}StateEntered`, ...rest];
const wait = (at: string): Pick<Recorded, 'states' | 'input'> => ({
  states: { W: { Type: 'Wait', TimestampPath: '$.start_at', End: true } },
  input: { start_at: at },
});
const noTime =
  "An error occurred while executing the state 'W' (entered at the event id #2). " +
  'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.start_at';

const oversized = (
  task: Record<string, unknown>,
  name: string,
  owner: string,
): Pick<Recorded, 'states' | 'invoke' | 'ends'> => ({
  states: {
    T: { ...task, Catch: [{ ErrorEquals: [name], Next: 'Caught' }], Next: 'Caught' },
    Caught: { Type: 'Pass', End: true },
  },
  invoke: script('a'.repeat(262_145)),
  ends: {
    status: 'SUCCEEDED',
    output: {
      Error: 'States.DataLimitExceeded',
      Cause: `The state/task '${owner}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    },
  },
});
const caughtAfter = (...events: string[]) =>
  entered('Task', ...events, 'TaskStateExited', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded');
const failedTask = caughtAfter('TaskScheduled', 'TaskStarted', 'TaskFailed');
const failedFunction = caughtAfter('LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed');
const { End: _one, ...invoking } = invokeTask();
const { End: _other, ...plain } = plainTask();

const recorded: readonly Recorded[] = [
  {
    what: 'a function that raises ends the execution with its error and cause',
    where: 'error_handling/test_task_lambda: test_raise_exception, 22 June 2023',
    states: { T: plainTask() },
    invoke: fails,
    types: entered(
      'Task',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'ExecutionFailed',
    ),
    ends: { status: 'FAILED', ...boom('Exception') },
  },
  {
    what: 'a caught error is Error and Cause, the cause being JSON text, in the place of the input',
    where: 'error_handling/test_task_lambda: test_raise_exception_catch, 22 June 2023',
    states: {
      T: plainTask({ Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }] }),
      Caught: { Type: 'Pass', End: true },
    },
    invoke: fails,
    types: entered(
      'Task',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'TaskStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ),
    ends: { output: { Error: 'Exception', Cause: boom('Exception').cause } },
  },
  {
    what: 'a function that takes too long is LambdaFunctionTimedOut, States.Timeout, without a cause',
    where: 'timeouts/test_timeouts: test_fixed_timeout_lambda, 10 March 2024',
    states: { T: plainTask({ TimeoutSeconds: 1 }) },
    invoke: slow,
    types: entered(
      'Task',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionTimedOut',
      'ExecutionFailed',
    ),
    ends: { status: 'FAILED', error: 'States.Timeout', cause: undefined },
  },
  {
    what: 'through lambda:invoke the same is TaskTimedOut',
    where: 'timeouts/test_timeouts: test_fixed_timeout_service_lambda, 10 March 2024',
    states: { T: invokeTask({ TimeoutSeconds: 1 }) },
    invoke: slow,
    types: entered('Task', 'TaskScheduled', 'TaskStarted', 'TaskTimedOut', 'ExecutionFailed'),
    ends: { status: 'FAILED', error: 'States.Timeout', cause: undefined },
  },
  ...(['States.DataLimitExceeded', 'States.ALL'] as const).flatMap((name): Recorded[] => {
    const test = name === 'States.ALL' ? 'catch_state_all_data_limit_exceeded' : 'data_limit_exceeded';
    const where = (kind: string) =>
      `error_handling/test_states_errors: ${kind}_${test}_on_large_utf8_response, 21 March 2024`;
    return [
      {
        what: `${name} catches a result that is too large`,
        where: where('test_task_lambda'),
        ...oversized(plain, name, arn),
        types: failedFunction,
      },
      {
        what: `${name} catches one of lambda:invoke`,
        where: where('test_service_task_lambada'),
        ...oversized(invoking, name, 'lambda'),
        types: failedTask,
      },
    ];
  }),
  {
    what: 'a Wait for a time without zone is States.Runtime',
    where: 'base/test_wait: test_wait_timestamppath[], 11 December 2023',
    ...wait('2030-01-01T00:00:00'),
    types: entered('Wait', 'ExecutionFailed'),
    ends: { status: 'FAILED', error: 'States.Runtime', cause: expect.stringContaining(noTime) as unknown },
  },
  {
    what: 'a Wait for a time in the past goes on',
    where: 'base/test_wait: test_timestamp_in_past, 11 December 2023',
    ...wait('2020-01-01T00:00:00Z'),
    types: entered('Wait', 'WaitStateExited', 'ExecutionSucceeded'),
    ends: { status: 'SUCCEEDED', output: { start_at: '2020-01-01T00:00:00Z' } },
  },
];

test.each(recorded)('$what ($where)', async ({ states, input = {}, invoke = echo, types, ends }) => {
  const { types: seen, ...described } = await run(machine(states), input, { invoke });
  expect(seen).toEqual(types);
  expect({ error: undefined, cause: undefined, ...described }).toMatchObject(ends);
});
