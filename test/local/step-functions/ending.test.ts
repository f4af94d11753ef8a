import type { InvokeContext } from '../../../local/step-functions/invoker.ts';
import {
  ended,
  invokeTask,
  machine,
  named,
  run,
  script,
  serve,
  start,
  stopAll,
  validateServed,
  tokenTask,
  until,
} from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

const safe = {
  Retry: [{ ErrorEquals: ['States.ALL'] }],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
};
const guardedToken = machine({ T: tokenTask(safe), Caught: { Type: 'Succeed' } });

describe('StopExecution', () => {
  test('is one ExecutionAborted event with the given error and cause; no Catch runs', async () => {
    const service = await serve({ machine: guardedToken });
    const arn = start(service, 'machine');
    await until(() => service.history(arn).length === 5);
    service.stopExecution(arn, 'Operator.Stop', 'Ctrl-C');
    const { status, error, cause, types, events } = await ended(service, arn);
    expect({ status, error, cause }).toEqual({ status: 'ABORTED', error: 'Operator.Stop', cause: 'Ctrl-C' });
    expect(types.slice(4)).toEqual(['TaskSubmitted', 'ExecutionAborted']);
    expect(events[5]).toMatchObject({ id: 6, previousEventId: 0 });
    expect(events[5]?.executionAbortedEventDetails).toEqual({ error: 'Operator.Stop', cause: 'Ctrl-C' });
  });

  test('leaves a running function alone, and drops its late result', async () => {
    const seen: { context?: InvokeContext; done?: boolean } = {};
    const service = await serve(
      { machine: machine({ T: invokeTask() }) },
      {
        invoke: async (_name, _payload, context) => {
          seen.context = context;
          await new Promise((resolve) => setTimeout(resolve, 100));
          seen.done = true;
          return { ok: true, result: 'late' };
        },
      },
    );
    const arn = start(service, 'machine');
    await until(() => seen.context !== undefined);
    service.stopExecution(arn);
    expect(seen.context?.signal.aborted).toBe(false);
    await until(() => seen.done === true);
    expect((await ended(service, arn)).types.at(-1)).toBe('ExecutionAborted');
  });

  test('of an ended execution changes nothing', async () => {
    const service = await serve({ machine: machine({ S: { Type: 'Succeed' } }) });
    const arn = start(service, 'machine');
    const before = await ended(service, arn);
    service.stopExecution(arn);
    expect(await ended(service, arn)).toEqual(before);
  });

  test('ends a Wait and a pause between two attempts at once', async () => {
    const retry = { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 3600 }] };
    const definitions = {
      wait: machine({ W: { Type: 'Wait', Seconds: 3600, End: true } }),
      retry: machine({ T: invokeTask(retry) }),
    };
    const service = await serve(definitions, { invoke: script(named('Busy')) });
    const arns = ['wait', 'retry'].map((name) => start(service, name));
    await until(() => service.history(arns[1] ?? '').some(({ type }) => type === 'TaskFailed'));
    for (const arn of arns) service.stopExecution(arn);
    for (const arn of arns) expect((await ended(service, arn)).types.at(-1)).toBe('ExecutionAborted');
  });
});

test('the machine TimeoutSeconds: ExecutionTimedOut, status TIMED_OUT without an error, no Catch', async () => {
  const { status, error, types, events } = await run({ ...guardedToken, TimeoutSeconds: 1 });
  expect({ status, error }).toEqual({ status: 'TIMED_OUT', error: undefined });
  expect(types.slice(4)).toEqual(['TaskSubmitted', 'ExecutionTimedOut']);
  expect(events.at(-1)).toMatchObject({ previousEventId: 0 });
});

describe('Wait', () => {
  test.each([
    ['Seconds', { Seconds: 1 }],
    ['SecondsPath', { SecondsPath: '$.n' }],
    ['Timestamp', { Timestamp: '2026-11-22T10:00:01+00:00' }],
    ['TimestampPath', { TimestampPath: '$.t' }],
  ])('%s waits that long, and hands its input on', async (_what, fields) => {
    const began = Date.now();
    const input = { n: 1, t: '2026-11-22T10:00:01Z' };
    const now = (): Date => new Date('2026-11-22T10:00:00Z');
    const { output, types } = await run(machine({ W: { Type: 'Wait', ...fields, End: true } }), input, { now });
    expect(output).toEqual(input);
    expect(types).toEqual(['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'ExecutionSucceeded']);
    expect(Date.now() - began).toBeGreaterThanOrEqual(990);
  });

  test('a time in the past does not wait; no time at all is States.Runtime', async () => {
    const wait = machine({ W: { Type: 'Wait', TimestampPath: '$.t', End: true } });
    expect((await run(wait, { t: '2020-01-01T00:00:00Z' })).status).toBe('SUCCEEDED');
    for (const t of ['2020-01-01T00:00:00', '2020-01-01T00:00:00.5Z', '2020-13-01T00:00:00Z', '2020-01-01T25:00:00Z'])
      expect((await run(wait, { t })).error).toBe('States.Runtime');
    expect((await run(machine({ W: { Type: 'Wait', SecondsPath: '$.n', End: true } }), { n: -1 })).error).toBe(
      'States.Runtime',
    );
  });

  test('a wait longer than a 32-bit timer does not end at once', async () => {
    const service = await serve({ machine: machine({ W: { Type: 'Wait', Seconds: 90_000_000, End: true } }) });
    const arn = start(service, 'machine');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(service.describeExecution(arn).status).toBe('RUNNING');
  });
});

describe('startExecution.sync:2', () => {
  const parent = (
    rest: Record<string, unknown> = {},
    parameters: Record<string, unknown> = {},
  ): Record<string, unknown> =>
    machine({
      Roll: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Parameters: {
          StateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:child',
          Input: { 'run.$': '$.run', 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$': '$$.Execution.Id' },
          'Name.$': "States.Format('roll-back-{}', $.run)",
          ...parameters,
        },
        End: true,
        ...rest,
      },
    });
  const waitingChild = machine({ W: { Type: 'Wait', Seconds: 3600, End: true } });
  const childArn = 'arn:aws:states:eu-central-1:000000000000:execution:child:roll-back-7';

  test('waits for the child; its Output is parsed JSON', async () => {
    const child = machine({ P: { Type: 'Pass', Parameters: { 'undone.$': '$.run' }, End: true } });
    const service = await serve({ parent: parent(), child });
    const executionArn = start(service, 'parent', { run: 7 });
    const { output, types, events } = await ended(service, executionArn);
    expect(output).toMatchObject({
      ExecutionArn: childArn,
      Name: 'roll-back-7',
      Status: 'SUCCEEDED',
      Output: { undone: 7 },
    });
    const input = { run: 7, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: executionArn };
    expect(output).toMatchObject({ Input: input });
    expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(events[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: 'states',
      resource: 'startExecution.sync:2',
    });
  });

  test('a child that fails is States.TaskFailed, with its description as the cause', async () => {
    const child = machine({ F: { Type: 'Fail', Error: 'Undo.Refused', Cause: 'a stranger' } });
    const service = await serve({ parent: parent(), child });
    const { error, cause } = await ended(service, start(service, 'parent', { run: 7 }));
    expect(error).toBe('States.TaskFailed');
    const described = { ExecutionArn: childArn, Status: 'FAILED', Error: 'Undo.Refused', Cause: 'a stranger' };
    expect(JSON.parse(cause ?? '')).toMatchObject(described);
  });

  test('stopping the parent stops the child', async () => {
    const service = await serve({ parent: parent(), child: waitingChild });
    const arn = start(service, 'parent', { run: 7 });
    await until(() => service.history(arn).length === 5);
    service.stopExecution(arn);
    expect((await ended(service, childArn)).status).toBe('ABORTED');
  });

  test('the task TimeoutSeconds end the task and the child', async () => {
    const service = await serve({ parent: parent({ TimeoutSeconds: 1 }), child: waitingChild });
    expect((await ended(service, start(service, 'parent', { run: 7 }))).error).toBe('States.Timeout');
    expect((await ended(service, childArn)).status).toBe('ABORTED');
  });

  test('a machine that does not exist, and a name that is taken, are errors with the names of the service', async () => {
    const unknown = parent({}, { StateMachineArn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:nobody' });
    const child = machine({ S: { Type: 'Succeed' } });
    const service = await serve({ parent: parent(), child, unknown });
    const first = await ended(service, start(service, 'unknown', { run: 7 }));
    expect(first.error).toBe('StepFunctions.StateMachineDoesNotExistException');
    await ended(service, start(service, 'parent', { run: 7 }));
    const second = await ended(service, start(service, 'parent', { run: 7 }));
    expect(second.error).toBe('StepFunctions.ExecutionAlreadyExistsException');
  });
});

describe('stop()', () => {
  test('aborts what runs, tells functions by their signal, and resolves when they are done', async () => {
    const seen = { aborted: false };
    const service = await serve(
      { task: machine({ T: invokeTask() }), token: guardedToken },
      {
        invoke: (name, payload, { signal }) =>
          name === 'asker'
            ? Promise.resolve({ ok: true, result: payload })
            : new Promise((resolve) => {
                signal.addEventListener('abort', () => {
                  seen.aborted = true;
                  resolve({ ok: true, result: null });
                });
              }),
      },
    );
    const arns = [start(service, 'task'), start(service, 'token')];
    await until(() => service.history(arns[1] ?? '').length === 5);
    await service.stop();
    expect(seen.aborted).toBe(true);
    expect(arns.map((arn) => service.describeExecution(arn).status)).toEqual(['ABORTED', 'ABORTED']);
    await expect(fetch(service.endpoint)).rejects.toThrow();
  });

  test('names a function that ignores its signal', async () => {
    const late = { release: (): void => undefined };
    const service = await serve(
      { machine: machine({ T: invokeTask() }) },
      {
        stopGraceMs: 20,
        invoke: () => new Promise((resolve) => (late.release = () => resolve({ ok: true, result: null }))),
      },
    );
    const arn = start(service, 'machine');
    await until(() => service.history(arn).length === 4);
    await expect(service.stop()).rejects.toThrow('worker');
    late.release();
  });
});

test('onEvent gives each event in order as it happens, until it is ended', async () => {
  const service = await serve({ machine: machine({ P: { Type: 'Pass', End: true } }) });
  const seen: string[] = [];
  const end = service.onEvent(({ stateMachineName, event }) =>
    seen.push(`${stateMachineName} ${event.id} ${event.type}`),
  );
  await ended(service, start(service, 'machine'));
  end();
  await ended(service, start(service, 'machine'));
  expect(seen).toEqual([
    'machine 1 ExecutionStarted',
    'machine 2 PassStateEntered',
    'machine 3 PassStateExited',
    'machine 4 ExecutionSucceeded',
  ]);
});
