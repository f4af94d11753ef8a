import { endingTable } from '../../../core/ending/ending-table.ts';
import { endingOf } from '../../../core/ending/ending.ts';
import type { EndingName } from '../../../core/ending/ending-table.ts';
import { endingStateSchema } from '../../../core/base/ending-state.ts';
import { answerOf, definitionOf, type Json, type State } from '../synthesized.ts';

const question = definitionOf('release').States['How did it end?'] as State;
const answer = (state: Json) => answerOf(question, state);

const gate = {
  status: 'READY',
  blockers: '',
  explanations: [],
  notes: [],
  conditions: [],
  readAt: '2026-01-01T00:00:00.000Z',
};
const closed = { ...gate, status: 'BLOCKED', blockers: 'ospa<1;' };
const error = { Error: 'ScriptFailed', Cause: '{"errorMessage":"no"}' };
const ready = { runId: '0123456789ab', ready: true, gate };
const approved = { ...ready, decision: 'approved', reason: '' };
const tier = { id: '1', name: 'Structure', facts: {}, beside: {}, seconds: 1 };
const trial = { milliseconds: 800, locks: [], parts: [] };
const begun = { ...approved, trial, tiers: [tier], sealed: false };
const sealed = { ...begun, sealed: true };
const rolledBack = (outcome: string) => ({ Output: { outcome }, Status: 'SUCCEEDED' });

const cases: [string, Json, string, EndingName][] = [
  ['everything went well', { ...sealed, postChecks: { problems: [], facts: {} } }, 'Release complete', 'released'],
  ['the post checks failed after the seal', { ...sealed, error }, 'Release complete', 'released_check_failed'],
  [
    'the report failed after the seal',
    { ...sealed, postChecks: { problems: [], facts: {} }, error },
    'Release complete',
    'released',
  ],
  [
    'tier 8 sealed, its answer was lost',
    { ...begun, error, rollback: rolledBack('already_released'), postChecks: { problems: [], facts: {} } },
    'Release complete',
    'released',
  ],
  ['a tier failed', { ...begun, error, rollback: rolledBack('rolled_back') }, 'Rolled back', 'rolled_back'],
  [
    'a later tier failed, nothing of the run is there',
    { ...begun, error, rollback: rolledBack('nothing_to_roll_back') },
    'Nothing to roll back',
    'nothing_to_roll_back',
  ],
  [
    'the trial failed',
    { ...approved, error, rollback: rolledBack('nothing_to_roll_back') },
    'Would not end well',
    'would_not_end_well',
  ],
  [
    'the preflight failed',
    {
      ...approved,
      trial: { milliseconds: 800, locks: [], parts: [] },
      error,
      rollback: rolledBack('nothing_to_roll_back'),
    },
    'Nothing to roll back',
    'preflight_failed',
  ],
  [
    'the rollback failed',
    { ...begun, error, rollback: { Error: 'States.TaskFailed', Cause: '{}' } },
    'Needs a human',
    'needs_a_human',
  ],
  [
    'the rollback failed after the first tier',
    { ...approved, trial, error, rollback: { Error: 'States.Timeout' } },
    'Needs a human',
    'needs_a_human',
  ],
  [
    'the trial failed, and the rollback behind it too',
    { ...approved, error, rollback: { Error: 'States.Timeout' } },
    'Would not end well',
    'would_not_end_well',
  ],
  [
    'the trial failed, and the rollback behind it could not be started',
    { ...approved, error, rollback: { Error: 'StepFunctions.ExecutionLimitExceeded', Cause: 'too many' } },
    'Would not end well',
    'would_not_end_well',
  ],
  [
    'the rollback says something unknown',
    { ...begun, error, rollback: { Output: 'what' } },
    'Needs a human',
    'needs_a_human',
  ],
  ['the gate is closed', { ...ready, ready: false, gate: closed }, 'Gate still closed', 'gate_closed'],
  [
    'the gate is closed and the report failed',
    { ...ready, ready: false, gate: closed, error },
    'Gate still closed',
    'gate_closed',
  ],
  ['the gate could not be read', { error }, 'Gate not checked', 'gate_not_checked'],
  ['nobody answered', { ...ready, error: { Error: 'States.Timeout' } }, 'Not approved', 'expired'],
  ['the approver said no', { ...ready, error: { Error: 'ApprovalRejected', Cause: 'no' } }, 'Not approved', 'rejected'],
  ['no valid APR was given', { ...ready, decision: 'no_valid_apr', reason: 'no' }, 'Not approved', 'no_valid_apr'],
  ['the world changed', { ...ready, decision: 'stale', reason: 'no' }, 'Not approved', 'stale'],
];

test.each(cases)('when %s, the release ends by its name', (_what, state, name) => {
  expect(answer(state)).toBe(name);
});

test.each(cases)('when %s, the report tells the same', (what, state, _name, ending) => {
  if (what === 'the rollback says something unknown') return;
  expect(endingOf(endingStateSchema.parse(state)).name).toBe(ending);
});

test.each(cases)('when %s, the table names the state in which the release ends', (what, _state, name, ending) => {
  if (what === 'the rollback says something unknown') return;
  expect(endingTable[ending].endsIn.name).toBe(name);
});

test('an ending that no fact supports does not exist: nothing at all ends as not checked', () => {
  expect(answer({})).toBe('Gate not checked');
});
