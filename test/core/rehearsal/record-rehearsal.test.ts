import { runIdOf } from '../../../core/base/run-id.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { findRehearsal } from '../../../core/gate/rehearsal-index.ts';
import { recordRehearsal } from '../../../core/rehearsal/record-rehearsal.ts';
import { createTestPorts } from '../ports.ts';

const environment = { PACKAGE_DIGEST: 'sha256:mine', EVIDENCE_BUCKET: 'none', VARIANTS: {} };
const error = { Error: 'ScriptFailed', Cause: JSON.stringify({ errorMessage: 'clone: REFUSING: no room' }) };
const production = { fingerprint: '{}', probe: '{}' };
const ended = { error, dropped: true, productionChanged: [] };

const execution = {
  Id: 'arn:aws:states:eu-central-1:111122223333:execution:Rehearsal:one',
  Name: 'one',
  StartTime: '2026-06-03T10:00:00Z',
};

async function resultOf(state: object, ports = createTestPorts()): Promise<string> {
  const input = { input: state, execution, state: { Name: 'Record', EnteredTime: '2026-06-03T10:01:00Z' } };
  return (await recordRehearsal(environment, ports)(input)).result;
}

test.each([
  ['refused', 'before production was read', { error, dropped: true }],
  ['refused', 'without a copy to play on', { ...ended, production }],
  ['refused', 'with a copy that could not be prepared', { ...ended, clone: 'directus_rehearsal_20260603T100000Z' }],
  ['failed', 'behind the first tier', { ...ended, entry: '{}' }],
  ['failed', 'with a clone that is left', { ...ended, dropped: false }],
  ['failed', 'where production has changed meanwhile', { ...ended, production, productionChanged: ['comments'] }],
  ['failed', 'where production was not looked at again', { error, dropped: true, production }],
])('a rehearsal is %s %s', async (result, _, state) => {
  expect(await resultOf(state)).toBe(result);
});

test('what each statement took the last time is left for the gate, whose state does not carry it', async () => {
  const ports = createTestPorts();
  const packageDigest = environment.PACKAGE_DIGEST;
  const timed = async (step: string, milliseconds: number) => {
    const facts = { seconds: 1, statements: { [step.replace('rehearse', 'rehearsal')]: [{ milliseconds }] } };
    await recordEvidence(ports, { runId: runIdOf(execution.Id), step, packageDigest, facts });
  };
  await timed('rehearse-tier-1', 5);
  await timed('rehearse-tier-2', 7);
  await timed('rehearse-tier-1', 4);
  const went = { dropped: true, productionChanged: [], production, forward: [[], []], back: 2, refused: true };
  expect(await resultOf(went, ports)).toBe('passed');
  const { rehearsal, statements } = await findRehearsal(ports, { required: true, days: 14, packageDigest });
  expect(statements).toEqual({ 'tier-1': [{ milliseconds: 4 }], 'tier-2': [{ milliseconds: 7 }] });
  expect(JSON.stringify(rehearsal)).not.toContain('milliseconds');
});
