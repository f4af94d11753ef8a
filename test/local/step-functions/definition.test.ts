import { parseDefinition } from '../../../local/step-functions/definition.ts';
import { invokeTask, machine, tokenTask, type States } from './harness.ts';

function load(states: States, rest: Record<string, unknown> = {}, integrations: string[] = []): () => unknown {
  return () => parseDefinition('release', machine(states, rest), integrations);
}
const end: Record<string, unknown> = { Type: 'Succeed' };
const pass = (rest: Record<string, unknown>): States => ({ Tier: { Type: 'Pass', End: true, ...rest } });
const task = (rest: Record<string, unknown>): States => ({ Tier: invokeTask(rest) });
const choice = (rule: Record<string, unknown>): States => ({
  Tier: { Type: 'Choice', Choices: [{ Next: 'End', ...rule }] },
  End: end,
});

describe('a definition is refused while it is loaded, naming machine, state and field', () => {
  test.each<[string, States, string]>([
    ['an unknown field', pass({ Assign: {} }), 'field "Assign" is not supported'],
    ['a field of another state type', pass({ TimeoutSeconds: 3 }), 'field "TimeoutSeconds" is not supported'],
    [
      'a Path variant of a time-out',
      task({ TimeoutSecondsPath: '$.t' }),
      'field "TimeoutSecondsPath" is not supported',
    ],
    ['a Parallel state', { Tier: { Type: 'Parallel', Branches: [], End: true } }, 'state type "Parallel"'],
    ['a Map state', { Tier: { Type: 'Map', End: true } }, 'state type "Map" is not supported'],
    [
      'an unknown resource',
      task({ Resource: 'arn:aws:states:::sqs:sendMessage' }),
      'sqs:sendMessage" is not supported',
    ],
    ['an integration without its function', task({ Resource: 'arn:aws:states:::sns:publish' }), 'sns:publish" is not'],
    ['an ignored API parameter', task({ Parameters: { FunctionName: 'f', Qualifier: '1' } }), 'Parameters.Qualifier'],
    ['a missing API parameter', task({ Parameters: { Payload: {} } }), 'field "Parameters.FunctionName" is missing'],
    ['a heartbeat nobody can send', task({ HeartbeatSeconds: 3 }), 'HeartbeatSeconds" is not supported without'],
    [
      'a heartbeat longer than the time-out',
      { Tier: tokenTask({ HeartbeatSeconds: 9, TimeoutSeconds: 9 }) },
      'smaller',
    ],
    ['a wildcard path', pass({ InputPath: '$.tiers[*]' }), 'field "InputPath": path "$.tiers[*]" is not supported'],
    ['a recursive path', pass({ OutputPath: '$..id' }), 'path "$..id" is not supported'],
    ['a ResultPath into the context object', pass({ ResultPath: '$$.State' }), '"$$.State" cannot be written'],
    [
      'an unknown intrinsic function',
      pass({ Parameters: { 'id.$': 'States.UUID()' } }),
      'States.UUID is not supported',
    ],
    ['a wrong number of arguments', pass({ Parameters: { 'n.$': 'States.MathAdd(1)' } }), 'does not take 1 arguments'],
    ['an unfinished function', pass({ Parameters: { 'n.$': 'States.Array(1' } }), 'neither a path nor an intrinsic'],
    ['a .$ field that is no text', pass({ Parameters: { deep: [{ 'n.$': 1 }] } }), '"n.$" must be a string'],
    ['an unknown operator', choice({ Variable: '$.x', StringLike: 'a' }), 'Choices.0": operator or field "StringLike"'],
    ['an operand of the wrong type', choice({ Variable: '$.x', NumericEquals: '1' }), 'NumericEquals cannot take "1"'],
    ['two operators in one rule', choice({ Variable: '$.x', IsNull: true, IsString: true }), 'one operator'],
    ['an unknown Retry field', task({ Retry: [{ ErrorEquals: ['A'], Wait: 1 }] }), '"Retry.0.Wait" is not supported'],
    ['States.ALL beside others', task({ Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] }), 'must stand alone'],
    ['an uncatchable name', task({ Retry: [{ ErrorEquals: ['States.Runtime'] }] }), 'not an error that is caught'],
    ['neither Next nor End', { Tier: { Type: 'Pass' } }, 'exactly one of Next and End'],
    ['both Next and End', { Tier: { Type: 'Pass', Next: 'End', End: true }, End: end }, 'exactly one of Next and End'],
    ['a Wait with two times', { Tier: { Type: 'Wait', Seconds: 1, SecondsPath: '$.s', End: true } }, 'exactly one of'],
    ['both Error and ErrorPath', { Tier: { Type: 'Fail', Error: 'A', ErrorPath: '$.e' } }, 'both Error and ErrorPath'],
  ])('%s', (_what, states, message) => {
    expect(load(states)).toThrow(message);
    expect(load(states)).toThrow('state machine "release", state "Tier": ');
  });

  test.each<[string, States, Record<string, unknown>, string]>([
    ['an unknown machine field', { End: end }, { ProcessorConfig: {} }, 'field "ProcessorConfig" is not supported'],
    ['JSONata', { End: end }, { QueryLanguage: 'JSONata' }, 'field "QueryLanguage"'],
    ['a StartAt that does not exist', { End: end }, { StartAt: 'Nowhere' }, 'StartAt leads to "Nowhere"'],
    ['a Next that does not exist', { A: { Type: 'Pass', Next: 'B' } }, {}, 'state "A" leads to "B"'],
    ['a Catch that leads nowhere', task({ Catch: [{ ErrorEquals: ['A'], Next: 'B' }] }), {}, 'leads to "B"'],
    ['a state that cannot be reached', { A: end, B: end }, {}, 'state "B" cannot be reached'],
  ])('%s', (_what, states, rest, message) => {
    expect(load(states, rest)).toThrow(message);
    expect(load(states, rest)).toThrow('state machine "release"');
  });
});

test('every field the brief of the interpreter names is accepted', () => {
  const retry = { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 5 };
  const states = {
    Ask: tokenTask({
      Comment: 'c',
      InputPath: '$.a',
      OutputPath: '$',
      ResultSelector: { 'x.$': '$$.Execution.Id' },
      ResultPath: '$.r',
      Retry: [{ ...retry, JitterStrategy: 'FULL' }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Child' }],
      TimeoutSeconds: 10,
      HeartbeatSeconds: 5,
      Next: 'Child',
    }),
    Child: invokeTask({
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Parameters: { StateMachineArn: 'x', 'Input.$': '$', 'Name.$': '$.n' },
      Next: 'Plain',
    }),
    Plain: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:eu-central-1:000000000000:function:f:7',
      Parameters: { 'a.$': "States.Format('{}', $.x)" },
      Next: 'Tell',
    },
    Tell: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: { Message: 'm' }, Next: 'Stop' },
    Stop: { Type: 'Fail', ErrorPath: '$.error.Error', CausePath: "States.Format('{}', $.error.Cause)" },
  };
  const rest = { Version: '1.0', Comment: 'c', QueryLanguage: 'JSONPath', TimeoutSeconds: 60 };
  expect(load(states, rest, ['arn:aws:states:::sns:publish'])).not.toThrow();
});
