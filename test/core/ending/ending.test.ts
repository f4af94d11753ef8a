import type { EndingState } from '../../../core/base/ending-state.ts';
import { endingOf } from '../../../core/ending/ending.ts';
import { endings, endingTable } from '../../../core/ending/ending-table.ts';
import { errorText } from '../../../core/ending/cause.ts';

const gate = {
  status: 'READY' as const,
  blockers: '',
  explanations: [],
  notes: [],
  conditions: [],
  readAt: '2026-06-03T10:00:00.000Z',
};
const closed = { ...gate, status: 'BLOCKED' as const, blockers: 'ospa<1;' };
const approved = { gate, ready: true, decision: 'approved' as const, reason: '' };
const trial = { milliseconds: 800, locks: [], parts: [] };
const failed = { Error: 'ScriptFailed', Cause: '{"errorMessage":"REFUSING: gap=216","errorType":"ScriptFailed"}' };
const tier0 = { id: '0', name: 'Preflight', facts: {}, beside: {}, seconds: 0.1 };
const rolledBack = (outcome: 'rolled_back' | 'nothing_to_roll_back' | 'already_released') => ({ Output: { outcome } });

const good = { problems: [], facts: {} };

const cases: [string, EndingState, string, number][] = [
  ['a closed gate', { gate: closed, ready: false }, 'gate_closed', 10],
  [
    'documents that differ',
    { gate: { ...closed, blockers: 'documents_differ;' }, ready: false },
    'documents_differ',
    15,
  ],
  ['a gate that could not be read', { error: failed }, 'gate_not_checked', 1],
  ['a rejection', { gate, ready: true, error: { Error: 'ApprovalRejected', Cause: 'not today' } }, 'rejected', 11],
  ['no answer in time', { gate, ready: true, error: { Error: 'States.Timeout', Cause: null } }, 'expired', 12],
  ['a gate that closed while it was asked', { gate, ready: true, decision: 'stale', reason: 'closed' }, 'stale', 12],
  ['three wrong answers', { gate, ready: true, decision: 'no_valid_apr', reason: 'pending' }, 'no_valid_apr', 11],
  [
    'a trial that fails',
    { ...approved, error: failed, rollback: rolledBack('nothing_to_roll_back') },
    'would_not_end_well',
    10,
  ],
  [
    'a trial that fails, with a rollback behind it that fails too',
    { ...approved, error: failed, rollback: {} },
    'would_not_end_well',
    10,
  ],
  [
    'a preflight that refuses, with a rollback behind it that fails',
    { ...approved, trial, error: failed, rollback: {} },
    'needs_a_human',
    14,
  ],
  [
    'a preflight that refuses',
    { ...approved, trial, error: failed, rollback: rolledBack('nothing_to_roll_back') },
    'preflight_failed',
    10,
  ],
  [
    'a tier that fails',
    { ...approved, trial, tiers: [tier0], error: failed, rollback: rolledBack('rolled_back') },
    'rolled_back',
    13,
  ],
  [
    'a loser of two releases',
    { ...approved, trial, tiers: [tier0], error: failed, rollback: rolledBack('nothing_to_roll_back') },
    'nothing_to_roll_back',
    13,
  ],
  ['a rollback that fails', { ...approved, trial, tiers: [tier0], error: failed }, 'needs_a_human', 14],
  [
    'a seal whose answer was lost',
    { ...approved, trial, tiers: [tier0], error: failed, rollback: rolledBack('already_released'), postChecks: good },
    'released',
    0,
  ],
  ['a sealed release', { ...approved, trial, tiers: [tier0], sealed: true, postChecks: good }, 'released', 0],
  [
    'a value that is not as expected after the seal',
    { ...approved, trial, tiers: [tier0], sealed: true, postChecks: { ...good, problems: ['gap is 3, expected 0'] } },
    'released_check_failed',
    16,
  ],
  [
    'post checks that could not run after the seal',
    { ...approved, trial, tiers: [tier0], sealed: true, error: failed },
    'released_check_failed',
    16,
  ],
];

describe('the ending', () => {
  it.each(cases)('of %s is right', (_what, state, name, exitCode) => {
    expect(endingOf(state)).toMatchObject({ name, exitCode });
  });

  it('is covered by the cases above, every one', () => {
    expect(new Set(cases.map(([, , name]) => name))).toEqual(new Set(endings));
  });

  it('of a closed gate is the sentence the runbook demands', () => {
    expect(endingOf({ gate: closed, ready: false }).headline).toBe('Gate still closed (ospa<1;). No action taken.');
  });

  it('repeats our own refusal and not the envelope that Lambda puts around it', () => {
    const { headline } = endingOf({
      ...approved,
      trial,
      tiers: [tier0],
      error: failed,
      rollback: rolledBack('rolled_back'),
    });
    expect(headline).toContain('ScriptFailed: REFUSING: gap=216');
    expect(headline).not.toContain('errorMessage');
  });
});

it.each([
  [{ postChecks: { problems: ['gap is 3, expected 0'], facts: {} } }, 'a post check failed: gap is 3, expected 0'],
  [{ error: failed }, 'nobody has read it back. ScriptFailed: REFUSING: gap=216'],
])('the headline of a sealed release says which post check failed, or why none ran: %j', (state, said) => {
  expect(endingOf({ ...approved, sealed: true, ...state }).headline).toBe(`Released and sealed, but ${said}`);
});

describe('the page of a rollback that was not completed', () => {
  const state = { ...approved, trial, tiers: [tier0, { ...tier0, id: '1', name: 'Structure' }], error: failed };
  const child = JSON.stringify({ Error: 'NeedsAHuman', Cause: 'not proven', ExecutionArn: 'arn:x', Status: 'FAILED' });
  const stopped = (step: string) => ({
    ...state,
    rollback: { Error: 'States.TaskFailed', Cause: child, failure: { step, message: 'held by pid 77' } },
  });
  const told = (step: string) =>
    endingTable.needs_a_human.story({ state: stopped(step), step: 'Structure', remedies: [] });

  it.each([
    [
      'Fence',
      /What these tiers changed \(0 Preflight, 1 Structure\) is still there. Nothing was undone, as it is not certain/,
    ],
    ['Undo', /is still there. Nothing was undone: the undo is one transaction/],
    ['Prove baseline', /was taken back. It is not proven/],
  ])('says what was changed and what not, when %s failed', (step, left) => {
    expect(told(step)).toMatchObject({
      happened: expect.stringContaining(`${step}: held by pid 77`) as string,
      database: expect.stringMatching(left) as string,
      next: expect.stringContaining('“Needs a human”') as string,
    });
    const { headline } = endingOf(stopped(step));
    expect(headline).toContain(`${step}: held by pid 77. Before that: ScriptFailed: REFUSING: gap=216`);
    expect(headline).not.toMatch(/[{}]/);
  });

  it.each([
    ['a started execution that failed', child, 'not proven'],
    ['one that says nothing', '{"Status":"ABORTED"}', 'the report of the step that failed says why'],
    ['a function', '{"errorMessage":"boom"}', 'boom'],
  ])('shows no raw JSON of %s', (_what, Cause, said) => {
    expect(errorText({ error: { Error: 'States.TaskFailed', Cause } })).toBe(`States.TaskFailed: ${said}`);
  });
});
