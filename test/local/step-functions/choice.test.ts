import { machine, run, stopAll, validateServed } from './harness.ts';

afterEach(stopAll);
afterAll(validateServed);

const times = {
  t: '2026-11-22T10:00:00Z',
  fraction: '2026-11-22T10:00:00.500Z',
  month13: '2026-13-01T10:00:00Z',
  february30: '2026-02-30T10:00:00Z',
  hour25: '2026-11-22T25:00:00Z',
  zoneless: '2026-11-22T10:00:00',
};
const input = { s: 'tier-3', n: 3, b: true, nil: null, o: {}, ...times };

async function chosen(rule: Record<string, unknown>): Promise<boolean> {
  const choice = { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' };
  const states = {
    C: choice,
    Yes: { Type: 'Pass', Result: true, End: true },
    No: { Type: 'Pass', Result: false, End: true },
  };
  const { output } = await run(machine(states), input);
  return output === true;
}

test.each<[boolean, Record<string, unknown>]>([
  [true, { Variable: '$.s', StringEquals: 'tier-3' }],
  [false, { Variable: '$.n', StringEquals: '3' }],
  [true, { Variable: '$.s', StringMatches: 'tier-*' }],
  [false, { Variable: '$.s', StringMatches: 'tier.*' }],
  [false, { Variable: '$.s', StringMatches: 'tier\\*' }],
  [true, { Variable: '$.s', StringLessThan: 'tier-4' }],
  [true, { Variable: '$.b', BooleanEquals: true }],
  [true, { Variable: '$.n', NumericEquals: 3 }],
  [false, { Variable: '$.n', NumericGreaterThan: 3 }],
  [true, { Variable: '$.n', NumericGreaterThanEquals: 3 }],
  [true, { Variable: '$.n', NumericLessThan: 4 }],
  [true, { Variable: '$.n', NumericLessThanEqualsPath: '$.n' }],
  [true, { Variable: '$.t', TimestampLessThan: '2026-11-22T12:00:00+01:00' }],
  [true, { Variable: '$.s', StringEqualsPath: '$.s' }],
  [true, { Variable: '$.missing', IsPresent: false }],
  [true, { Variable: '$.constructor', IsPresent: false }],
  [true, { Variable: '$.nil', IsPresent: true }],
  [true, { Variable: '$.nil', IsNull: true }],
  [true, { Variable: '$.t', IsTimestamp: true }],
  [false, { Variable: '$.fraction', IsTimestamp: true }],
  [false, { Variable: '$.month13', IsTimestamp: true }],
  [false, { Variable: '$.february30', IsTimestamp: true }],
  [false, { Variable: '$.hour25', IsTimestamp: true }],
  [false, { Variable: '$.zoneless', IsTimestamp: true }],
  [true, { Variable: '$.o', IsString: false }],
  [true, { Variable: '$$.State.Name', StringEquals: 'C' }],
  [true, { And: [{ Variable: '$.n', IsNumeric: true }, { Not: { Variable: '$.b', BooleanEquals: false } }] }],
  [
    false,
    {
      And: [
        { Variable: '$.n', IsNumeric: true },
        { Variable: '$.n', NumericEquals: 4 },
      ],
    },
  ],
  [
    true,
    {
      Or: [
        { Variable: '$.n', NumericEquals: 4 },
        { Variable: '$.s', IsString: true },
      ],
    },
  ],
  [
    false,
    {
      Or: [
        { Variable: '$.n', NumericEquals: 4 },
        { Variable: '$.b', IsString: true },
      ],
    },
  ],
])('%s: %j', async (expected, rule) => {
  expect(await chosen(rule)).toBe(expected);
});

test('And stops at the first false, so that IsPresent protects the rule behind it', async () => {
  const guard = { Variable: '$.gate', IsPresent: true };
  expect(await chosen({ And: [guard, { Variable: '$.gate.ready', BooleanEquals: true }] })).toBe(false);
});

test('the first rule that holds is taken', async () => {
  const rules = ['First', 'Second'].map((Next) => ({ Variable: '$.n', IsNumeric: true, Next }));
  const states = { C: { Type: 'Choice', Choices: rules }, First: { Type: 'Succeed' }, Second: { Type: 'Fail' } };
  expect((await run(machine(states), input)).status).toBe('SUCCEEDED');
});

test('no rule and no Default is States.NoChoiceMatched; a missing variable is States.Runtime', async () => {
  const choice = (rule: Record<string, unknown>): Record<string, unknown> =>
    machine({ C: { Type: 'Choice', Choices: [{ ...rule, Next: 'End' }] }, End: { Type: 'Succeed' } });
  expect((await run(choice({ Variable: '$.n', NumericEquals: 4 }), input)).error).toBe('States.NoChoiceMatched');
  const { error, cause } = await run(choice({ Variable: '$.missing', StringEquals: 'x' }), input);
  expect(error).toBe('States.Runtime');
  expect(cause).toContain("Invalid path '$.missing'");
});
