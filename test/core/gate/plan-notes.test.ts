import { checkGate } from '../../../core/gate/check-gate.ts';
import { requestApproval } from '../../../core/approval/request-approval.ts';
import { planNotes } from '../../../core/package/plan-notes.ts';
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
};
const accepted = [{ rule: 'no-truncate', file: 'undo/undo.sql', reason: 'The table is empty by then.' }];
const [note = ''] = planNotes({ acceptedFindings: accepted });

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
