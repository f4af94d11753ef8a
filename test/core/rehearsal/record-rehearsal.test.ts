import { recordRehearsal } from '../../../core/rehearsal/record-rehearsal.ts';
import { createTestPorts } from '../ports.ts';

const environment = { PACKAGE_DIGEST: 'sha256:mine', EVIDENCE_BUCKET: 'none', VARIANTS: {} };
const error = { Error: 'ScriptFailed', Cause: JSON.stringify({ errorMessage: 'clone: REFUSING: no room' }) };
const production = { fingerprint: '{}', probe: '{}' };
const ended = { error, dropped: true, productionChanged: [] };

async function resultOf(state: object): Promise<string> {
  const execution = {
    Id: 'arn:aws:states:eu-central-1:111122223333:execution:Rehearsal:one',
    Name: 'one',
    StartTime: '2026-06-03T10:00:00Z',
  };
  const input = { input: state, execution, state: { Name: 'Record', EnteredTime: '2026-06-03T10:01:00Z' } };
  return (await recordRehearsal(environment, createTestPorts())(input)).result;
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
