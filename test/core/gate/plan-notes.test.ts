import { join } from 'node:path';
import { checkGate } from '../../../core/gate/check-gate.ts';
import { requestApproval } from '../../../core/approval/request-approval.ts';
import { planNotes } from '../../../core/package/plan-notes.ts';
import { trialSentence } from '../../../core/report/tables.ts';
import { planOf } from '../../../local/postgres/fixture-package.ts';
import { createTestPorts } from '../ports.ts';

const packageDigest = `sha256:${'a'.repeat(64)}`;
const environment = {
  EVIDENCE_BUCKET: 'bucket',
  PACKAGE_DIGEST: packageDigest,
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  SCRIPTS: [],
  DOCUMENT_DIGESTS: {},
  DOCUMENT_PREFIX: 'depot-',
  CLOCK_SKEW_SECONDS: 5,
  CHANGE_CALENDAR: '',
  APPROVAL_ANSWERS: 3,
  REQUIRE_REHEARSAL: 'false' as const,
  REHEARSAL_DAYS: 30,
  STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:1:stateMachine:x',
};
const accepted = [{ rule: 'no-truncate', file: 'undo/undo.sql', reason: 'The table is empty by then.' }];
const [note = ''] = planNotes({ acceptedFindings: accepted, tiers: [] });

const event = (input: unknown) => ({
  input,
  execution: { Id: 'arn:aws:states:eu-central-1:1:execution:x:r', Name: 'r', StartTime: '2026-06-03T10:00:00.000Z' },
  state: { Name: 'Check gate', EnteredTime: '2026-06-03T10:00:00.000Z' },
});

it.each(['', 'https://page.example.org/#RUN'])(
  'what a plan accepts is read by the approver, with the reason, wherever the gate is shown (page: "%s")',
  async (PAGE_LINK) => {
    const ports = createTestPorts();
    const commands = { ...ports.commands, readNode: () => Promise.resolve(undefined) };
    const state = await checkGate({ ...environment, PLAN_NOTES: [note] }, { ...ports, commands })(event({}));
    expect(state.gate.notes).toEqual([note]);
    expect(note).toContain('breaks the rule no-truncate of its check in undo/undo.sql');
    expect(note).toContain('The table is empty by then.');
    const asks = {
      EVIDENCE_BUCKET: 'bucket',
      PACKAGE_DIGEST: packageDigest,
      TOPIC_ARN: 'arn',
      APPROVAL_SECONDS: 60,
      PAGE_LINK,
      TITLE: 'Depot',
    };
    const told: string[] = [];
    const notifier = { notify: (_: string, message: string) => Promise.resolve(void told.push(message)) };
    await requestApproval(asks, { ...ports, notifier })(event(state));
    expect(told.join('\n')).toContain(note);
  },
);

it('a tier that cannot be tried is such a note too, with its reason', () => {
  const { tiers } = planOf(join(__dirname, '../../../sql'));
  const untried = 'It calls another service.';
  const notes = planNotes({
    acceptedFindings: [],
    tiers: tiers.map((tier) => (tier.id === '5' ? { ...tier, untried } : tier)),
  });
  expect(notes).toEqual([`The trial leaves out tier 5 and every tier behind it: ${untried}`]);
});

it('the report says what of a release was not tried', () => {
  const trial = { milliseconds: 1000, locks: [], parts: [{ script: 'tier-1', milliseconds: 1 }] };
  const [one, two] = [{ id: '1' }, { id: '2' }];
  expect(trialSentence(trial, [one])).toContain('release and undo were tried');
  expect(trialSentence(trial, [one, two])).toContain('what comes before tier 2, and its undo, were tried');
});
