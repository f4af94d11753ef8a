import validate from 'asl-validator';
import { parsePlan } from '../../core/package/plan.ts';
import { tierStateName } from '../../core/base/names.ts';
import { functionSeconds, scriptTimeouts } from '../../core/command/timeouts.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { cachedRelease } from '../../local/driver/cached-release.ts';
import {
  definitionOf,
  handledErrors,
  nodeId,
  definitionText,
  answerOf,
  packageDirectory,
  pathsFrom,
  productSource,
  reachableFrom,
  type Rule,
  type State,
  synthesized,
} from './synthesized.ts';

const plan = parsePlan(readPackageFiles(packageDirectory).get('release.json') ?? '');
const tiers = plan.tiers.map(tierStateName);
const release = definitionOf('release');
const rollback = definitionOf('rollback');
const machines = { release, rollback };
const names = ['release', 'rollback'] as const;

function state(machine: 'release' | 'rollback', name: string): State {
  const found = machines[machine].States[name];
  if (found === undefined) throw new Error(`${machine} has no state "${name}"`);
  return found;
}

function tasks(machine: 'release' | 'rollback'): [string, State][] {
  return Object.entries(machines[machine].States).filter(([, { Type }]) => Type === 'Task');
}

test('the release has one state per tier, in the order of the plan, between the approval and the post checks', () => {
  const way: string[] = [];
  for (let name: string | undefined = tiers[0]; name !== undefined && name !== 'Post checks';) {
    way.push(name);
    name = state('release', name).Next;
  }
  expect(way).toEqual(tiers);
  expect(Object.keys(release.States).filter((name) => name.startsWith('Tier '))).toHaveLength(tiers.length);
});

test('a released package passes through every step once', () => {
  const happy = ['Check gate', 'Gate ready?', 'Announce wait', 'Await approval', 'Check answer', 'Approved?'];
  expect(release.StartAt).toBe('Check gate');
  expect(state('release', 'Check gate').Next).toBe('Gate ready?');
  expect(state('release', 'Gate ready?').Choices?.map(({ Next }) => Next)).toEqual(['Announce wait']);
  expect(state('release', 'Announce wait').Next).toBe('Await approval');
  expect(state('release', 'Await approval').Next).toBe('Check answer');
  expect(state('release', 'Check answer').Next).toBe('Approved?');
  expect(state('release', 'Approved?').Choices?.map(({ Next }) => Next)).toEqual(['Trial', 'Announce wait']);
  expect(state('release', 'Trial').Next).toBe(tiers[0]);
  expect(state('release', 'Post checks').Next).toBe('Write report');
  expect(state('release', 'Write report').Next).toBe('Sign report');
  expect(state('release', 'Sign report').Next).toBe('Announce ending');
  expect(state('release', 'Announce ending').Next).toBe('How did it end?');
  expect(happy.every((name) => name in release.States)).toBe(true);
});

test.each(names)('%s: every state can be reached', (machine) => {
  const { StartAt, States } = machines[machine];
  expect([...reachableFrom(machines[machine], StartAt)].sort()).toEqual(Object.keys(States).sort());
});

test.each(names)('%s: asl-validator accepts the definition', (machine) => {
  const text = definitionText(synthesized(), machine, (logicalId) =>
    logicalId === 'AWS::Partition' ? 'aws' : `arn:aws:lambda:eu-central-1:111122223333:function:${logicalId}:1`,
  );
  expect(validate(JSON.parse(text))).toMatchObject({ isValid: true, errors: [] });
});

test('whatever goes wrong in the trial or in a tier starts the rollback, which gets the state it began with', () => {
  for (const tier of ['Trial', ...tiers]) {
    expect(state('release', tier).Catch).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Roll back' },
    ]);
  }
});

/** Where the errors of a report go, and of what stands beside it. */
const side = { 'Write report': '$.reportError', 'Sign report': null, 'Announce wait': null, 'Announce ending': null };

/**
 * Where an error is kept that does not go to `$.error`. Before the first step has answered, the state is what somebody
 * typed: of that, only the error goes on.
 */
const errorPaths: Record<(typeof names)[number], Record<string, string | null>> = {
  release: { ...side, 'Check gate': '$', 'Roll back': '$.rollback' },
  rollback: { ...side, Fence: '$' },
};

test.each(names)('%s: every task catches everything and never replaces the state by the error', (machine) => {
  for (const [name, task] of tasks(machine)) {
    expect([name, task.Catch?.at(-1)?.ErrorEquals]).toEqual([name, ['States.ALL']]);
    const paths = task.Catch?.map(({ ResultPath }) => ResultPath);
    expect([name, new Set(paths)]).toEqual([
      name,
      new Set([name in errorPaths[machine] ? errorPaths[machine][name] : '$.error']),
    ]);
  }
});

test.each([
  ['release', 'Announce wait', 'Await approval'],
  ['release', 'Sign report', 'Announce ending'],
  ['release', 'Announce ending', 'How did it end?'],
  ['rollback', 'Sign report', 'Announce ending'],
  ['rollback', 'Announce ending', 'How did it end?'],
] as const)('%s: "%s" leaves the state as it is, whether it succeeds or fails', (machine, name, next) => {
  const { ResultPath, Next, Catch } = state(machine, name);
  expect([ResultPath, Next]).toEqual([null, next]);
  expect(Catch).toEqual([{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }]);
});

test.each(['release', 'rollback'] as const)('%s: an ending is announced although its report failed', (machine) => {
  expect(state(machine, 'Write report').Catch?.map(({ Next }) => Next)).toEqual(['Announce ending']);
});

test('what was typed to start a release cannot pose as a later state when the gate cannot be read', () => {
  expect(state('release', 'Check gate').Catch?.map(({ Next }) => Next)).toEqual(['Gate read failed']);
  expect(state('release', 'Gate read failed')).toEqual({
    Type: 'Pass',
    Parameters: { 'error.$': '$' },
    Next: 'Write report',
  });
});

test.each(['release', 'rollback', 'rehearsal'] as const)(
  '%s: every error name it handles is thrown somewhere',
  (machine) => {
    const services = ['States.ALL', 'Lambda.TooManyRequestsException'];
    const ours = handledErrors(definitionOf(machine)).filter((name) => !services.includes(name));
    expect(ours).toEqual(
      machine === 'rollback' ? ['RollbackRefused', 'TrialNotFenced', 'BaselineNotProven', 'ScriptBlocked'] : [],
    );
    const thrown = productSource();
    for (const name of ours) expect(thrown).toContain(`throw new ${name}(`);
  },
);

test('what was typed to start a rollback cannot pose as a later state when the fence fails', () => {
  expect(state('rollback', 'Fence').Catch?.map(({ Next }) => Next)).toEqual([
    'Input refused',
    'Trial not fenced',
    'Fence failed',
  ]);
  expect(state('rollback', 'Trial not fenced')).toEqual({
    Type: 'Pass',
    Parameters: { outcome: 'nothing_to_roll_back' },
    Next: 'Write report',
  });
  expect(state('rollback', 'Fence failed')).toEqual({
    Type: 'Pass',
    Parameters: { 'error.$': '$' },
    Next: 'Write report',
  });
});

test('every rollback, however it goes, writes its report exactly once and then ends, unless its input was refused', () => {
  const all = pathsFrom(rollback, rollback.StartAt);
  const paths = all.filter((path) => path.at(-1) !== 'Input refused');
  expect(all.filter((path) => !paths.includes(path))).toEqual([['Fence', 'Input refused']]);
  expect(paths.length).toBeGreaterThanOrEqual(20);
  for (const path of paths) {
    expect([path, path.filter((name) => name === 'Write report')]).toEqual([path, ['Write report']]);
    expect(path.slice(-2)).toEqual(['How did it end?', expect.stringMatching(/^(Rolled back|Nothing|Already|Needs)/)]);
  }
});

test.each([
  [{ error: { Error: 'FenceNotProven' } }, 'Needs a human'],
  [{ error: { Error: 'ScriptFailed' }, outcome: 'rolled_back' }, 'Needs a human'],
  [{ outcome: 'rolled_back' }, 'Rolled back'],
  [{ outcome: 'rolled_back', reportError: { Error: 'States.Timeout' } }, 'Rolled back'],
  [{ outcome: 'nothing_to_roll_back' }, 'Nothing to roll back'],
  [{ outcome: 'already_released' }, 'Already released'],
  [{ outcome: 'something else' }, 'Needs a human'],
  [{}, 'Needs a human'],
])('a rollback that comes to %j ends in "%s"', (input, name) => {
  expect(answerOf(state('rollback', 'How did it end?'), input)).toBe(name);
});

test('a report is not written again because its answer was lost', () => {
  const retried = state('rollback', 'Write report').Retry?.flatMap(({ ErrorEquals }) => ErrorEquals);
  expect(retried).toEqual(['Lambda.TooManyRequestsException']);
});

test('nothing that sends forward is retried, except when it was refused by the throttle', () => {
  for (const [name, { Retry = [], TimeoutSeconds }] of tasks('release')) {
    const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    expect([name, retried]).toEqual([name, name === 'Roll back' ? [] : ['Lambda.TooManyRequestsException']]);
    expect(TimeoutSeconds).toBeGreaterThan(0);
  }
});

test('a step of the rollback is repeated, but not one that found the database different', () => {
  for (const [name, { Retry = [] }] of tasks('rollback')) {
    if (name in side) continue;
    expect(Retry.map(({ ErrorEquals, MaxAttempts }) => [ErrorEquals[0], MaxAttempts])).toEqual([
      ['Lambda.TooManyRequestsException', 3],
      ['BaselineNotProven', 0],
      // every twenty seconds for as long as the setting says
      ['ScriptBlocked', 45],
      ['States.ALL', 2],
    ]);
  }
});

test('a rollback without patience for locks still has the attempts that any other failure has', () => {
  const impatient = cachedRelease({ packageDirectory, settings: { nodeId, lockPatienceSeconds: 0 } });
  const { Undo } = definitionOf('rollback', impatient).States;
  const retried = Undo?.Retry?.map(({ ErrorEquals, MaxAttempts }) => [ErrorEquals[0], MaxAttempts]);
  expect(retried?.slice(1)).toEqual([
    ['BaselineNotProven', 0],
    ['States.ALL', 2],
  ]);
});

const safePaths = ['$', '$$.Execution', '$$.State', '$$.Execution.Id', '$$.Execution.Name', '$$.Execution.StartTime'];

function templatePaths(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => (key.endsWith('.$') ? [String(inner)] : templatePaths(inner)));
}

/** Variables that a rule compares without having asked before, in the same And, whether they are there. */
function unguarded(rule: Rule, present: readonly string[] = []): string[] {
  if (rule.And !== undefined) {
    const known = [...present];
    return rule.And.flatMap((part) => {
      const found = unguarded(part, known);
      if (part['IsPresent'] === true && part.Variable !== undefined) known.push(part.Variable);
      if (part.And?.[0]?.['IsPresent'] === true) known.push(part.And[0].Variable ?? '');
      return found;
    });
  }
  if (rule.Or !== undefined) return rule.Or.flatMap((part) => unguarded(part, present));
  if (rule.Not !== undefined) return unguarded(rule.Not, present);
  const variable = rule.Variable ?? '?';
  return 'IsPresent' in rule || present.includes(variable) ? [] : [variable];
}

test.each([
  ['release', tiers[0] ?? ''],
  ['rollback', 'Fence'],
] as const)('%s: from "%s" on no path can fail, because no Catch would see it', (machine, first) => {
  for (const name of reachableFrom(machines[machine], first)) {
    const found = state(machine, name);
    expect(
      Object.keys(found).filter((key) => ['InputPath', 'OutputPath', 'ResultSelector', 'ErrorPath'].includes(key)),
    ).toEqual([]);
    for (const path of templatePaths(found.Parameters)) expect(safePaths).toContain(path);
    for (const rule of found.Choices ?? []) expect([name, unguarded(rule)]).toEqual([name, []]);
    if (found.Type === 'Choice') expect(found.Default).toBeDefined();
  }
});

test.each([
  ['release', 'Gate still closed', '$.gate.blockers', 'IsString'],
  ['rollback', 'Wait for start-by', '$.waitUntil', 'IsTimestamp'],
] as const)('%s: "%s" is entered only after its path was tested', (machine, target, variable, operator) => {
  const used = state(machine, target).TimestampPath ?? state(machine, target).CausePath;
  expect(used).toContain(variable);
  const entries = Object.values(machines[machine].States).flatMap((from) => {
    expect(from.Next === target || from.Default === target).toBe(false);
    return (from.Choices ?? []).filter(({ Next }) => Next === target);
  });
  expect(entries).toHaveLength(1);
  expect(JSON.stringify(entries)).toContain(JSON.stringify({ Variable: variable, [operator]: true }));
});

test('the rollback gets the release by three facts, so that a large input cannot make its payloads too large', () => {
  expect(state('release', 'Roll back').Parameters?.['Input']).toEqual({
    release: { 'Id.$': '$$.Execution.Id', 'Name.$': '$$.Execution.Name', 'StartTime.$': '$$.Execution.StartTime' },
  });
});

test('time-outs nest: script < document < function < task < machine', () => {
  const { template, functions } = synthesized();
  for (const tier of plan.tiers) {
    const own = scriptTimeouts(tier.seconds, 45);
    const order = [own.lock, own.statement, own.psql, own.execution, own.wait];
    order.reduce((shorter, longer) => (expect(longer).toBeGreaterThan(shorter), longer));
    const deployed = functions.find(({ environment }) => environment['TIER_ID'] === tier.id);
    const { Timeout } = template.Resources[deployed?.name ?? '']?.Properties as { Timeout: number };
    const task = state('release', tierStateName(tier)).TimeoutSeconds ?? 0;
    expect(Timeout).toBeGreaterThanOrEqual(functionSeconds([tier.seconds], 45));
    expect(Timeout).toBeGreaterThan(own.wait);
    expect(task).toBeGreaterThan(Timeout);
  }
  const total = (machine: 'release' | 'rollback') =>
    tasks(machine).reduce((sum, [, { TimeoutSeconds = 0 }]) => sum + TimeoutSeconds, 0);
  // a throttled call takes no time, as the function was not called
  const repeated = tasks('rollback').reduce(
    (sum, [, { TimeoutSeconds = 0, Retry = [] }]) =>
      Retry.slice(1).reduce(
        (all, { MaxAttempts = 0, IntervalSeconds = 0 }) => all + MaxAttempts * (TimeoutSeconds + IntervalSeconds),
        sum + TimeoutSeconds,
      ),
    0,
  );
  expect(rollback.TimeoutSeconds).toBeGreaterThan(repeated);
  expect(state('release', 'Roll back').TimeoutSeconds).toBeGreaterThan(rollback.TimeoutSeconds);
  expect(release.TimeoutSeconds).toBeGreaterThan(
    total('release') + 2 * (state('release', 'Await approval').TimeoutSeconds ?? 0),
  );
});

test('every state calls a published version, never $LATEST', () => {
  for (const machine of names) {
    for (const [name, { Resource = '', Parameters = {} }] of tasks(machine)) {
      if (name === 'Roll back') continue;
      const called = name === 'Await approval' ? String(Parameters['FunctionName']) : Resource;
      expect(called).toMatch(/^<\w+ version>$/);
    }
  }
});

test('the token goes to the function that asks, and to nothing else', () => {
  const holders = names.flatMap((machine) =>
    tasks(machine)
      .filter(([, task]) => JSON.stringify(task.Parameters).includes('$$.Task.Token'))
      .map(([name]) => name),
  );
  expect(holders).toEqual(['Await approval']);
});

test.each(names)('%s: the definition is the one that was reviewed', (machine) => {
  const reviewed = { ...machines[machine], Comment: machines[machine].Comment.replace(/[0-9a-f]{64}/, '<digest>') };
  expect(reviewed).toMatchSnapshot();
});
