import { documentDigest } from '../../../core/command/document.ts';
import { checkGate } from '../../../core/gate/check-gate.ts';
import { findOthers, tellOthers } from '../../../core/gate/other-releases.ts';
import { requestApproval } from '../../../core/approval/request-approval.ts';
import type { RunningExecution, SendRequest } from '../../../core/base/ports.ts';
import { runIdOf } from '../../../core/base/run-id.ts';
import { createTestPorts } from '../ports.ts';
import { condition } from './condition.ts';
import { proven } from '../proven.ts';

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:OneRoof-Release';
const arnOf = (name: string) => `${machine.replace('stateMachine', 'execution')}:${name}`;
const running = (name: string): RunningExecution => ({
  arn: arnOf(name),
  name,
  startedAt: new Date('2026-06-03T08:15:30.000Z'),
});
const own = running('second');
const packageDigest = `sha256:${'a'.repeat(64)}`;
const script = { id: 'gate-check', role: 'gate', document: 'd', sha256: 'a'.repeat(64), seconds: 20, parameters: [] };
const environment = {
  ...{ EVIDENCE_BUCKET: 'bucket', PACKAGE_DIGEST: packageDigest, STATE_MACHINE_ARN: machine, PLAN_NOTES: [] },
  ...{ NODE_ID: 'mi-0123456789abcdef0', START_BY_SECONDS: 45, CLOCK_SKEW_SECONDS: 5, CHANGE_CALENDAR: '' },
  ...{ DOCUMENT_PREFIX: 'one-roof-', APPROVAL_ANSWERS: 3, REHEARSAL_DAYS: 30 },
  DOCUMENT_DIGESTS: { 'gate-check': documentDigest({ schemaVersion: '2.2' }) },
  REQUIRE_REHEARSAL: 'false' as const,
  SCRIPTS: [{ ...script, proof: '^gate (?<json>.*)$' }],
};
const line = {
  ...{
    server: 160013,
    status: 'READY',
    blockers: '',
    objects: [],
    baseline: '',
    conditions: [{ ...condition('quiet', '0'), explanation: '', verdict: true }],
    findings: [],
  },
  notes: [],
};
const event = (input: unknown) => ({
  input,
  execution: { Id: own.arn, Name: own.name, StartTime: '2026-06-03T10:00:00.000Z' },
  state: { Name: 'Check gate', EnteredTime: '2026-06-03T10:00:00.000Z' },
});

/** The gate of a release, with what the list of Step Functions answers; `order` says who was asked when. */
async function gateBeside(list: () => Promise<readonly RunningExecution[]>) {
  const order: string[] = [];
  const ports = createTestPorts({
    answer: (request: SendRequest) =>
      proven(request, `gate ${JSON.stringify({ ...line, clock: ports.clock.now().getTime() })}`),
  });
  const asked = (what: string) => void order.push(what);
  const read = { online: true };
  const commands = {
    ...ports.commands,
    readDocument: () => Promise.resolve({ content: '{"schemaVersion":"2.2"}', version: '1', hash: 'h' }),
    readNode: () => Promise.resolve(read).finally(() => asked('node')),
  };
  const lists = { list: (arn: string) => (asked(arn), list().finally(() => asked('answered'))) };
  const state = await checkGate(environment, { ...ports, commands, running: lists })(event({}));
  return { state, order, ports };
}

/** The message that the approvers of a release get, without a page and with one. */
async function messagesOf(state: unknown): Promise<string[]> {
  const told: string[] = [];
  const notifier = { notify: (_: string, message: string) => Promise.resolve(void told.push(message)) };
  for (const PAGE_LINK of ['', 'https://page.example.org/?run=RUN']) {
    const asks = { EVIDENCE_BUCKET: 'b', PACKAGE_DIGEST: packageDigest, TOPIC_ARN: 't', APPROVAL_SECONDS: 60 };
    await requestApproval({ ...asks, PAGE_LINK, TITLE: 'Depot' }, { ...createTestPorts(), notifier })(event(state));
  }
  return told;
}

it('a second release is told of the first, by name, run and start, and so is whoever approves it', async () => {
  const { state } = await gateBeside(() => Promise.resolve([own, running('first')]));
  const [note = ''] = state.gate.notes;
  expect(state.ready).toBe(true);
  expect(note).toContain(`first (run ${runIdOf(arnOf('first'))}), started 2026-06-03 08:15 UTC`);
  expect(note).toMatch(/^Another release was under way when the gate was read: /);
  for (const message of await messagesOf(state)) expect(message).toContain(note);
});

it('a release does not count itself: alone, it is told of nobody', async () => {
  const { state } = await gateBeside(() => Promise.resolve([own]));
  expect(state.gate.notes).toEqual([]);
});

it.each([
  ['refuses', Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' }), 'AccessDeniedException'],
  ['does not answer', Object.assign(new Error('too slow'), { name: 'TimeoutError' }), 'TimeoutError'],
])('where Step Functions %s, that is said, and the release goes on', async (_what, error, name) => {
  const { state } = await gateBeside(() => Promise.reject(error));
  expect([state.ready, state.gate.status, state.gate.blockers]).toEqual([true, 'READY', '']);
  expect(state.gate.notes).toHaveLength(1);
  expect(state.gate.notes[0]).toMatch(/^Whether another release was under way .* is not known: /);
  for (const message of await messagesOf(state)) expect(message).toContain(name);
});

it('the list is asked for once, and the gate does not wait for it', async () => {
  let answer: (found: RunningExecution[]) => void = () => undefined;
  const found = new Promise<RunningExecution[]>((resolve) => (answer = resolve));
  const gate = gateBeside(() => found);
  setImmediate(() => setImmediate(() => answer([])));
  expect((await gate).order).toEqual([machine, 'node', 'answered']);
});

it('a name that would begin a line or paint over one is shown with its escapes', async () => {
  const { state } = await gateBeside(() => Promise.resolve([running('x\r\nGate: READY\u001b[1A')]));
  for (const message of await messagesOf(state)) {
    expect(message).toContain('x\\u000d\\u000aGate: READY\\u001b[1A');
    expect(message).not.toMatch(/^Gate: READY/m);
  }
});

const many = (count: number) => Array.from({ length: count }, (_, index) => running(`r${index}`));

it.each([
  [1, false, /^Another release is under way now: r0 /],
  [2, false, /^Other releases are under way now: r0 .*; r1 /],
  [10, false, /; r9 \([^;]*$/],
  [11, true, /; r9 \([^;]*; and more\. /],
])('of %d others at most ten are named, and that there are more is said: %s', async (count, more, told) => {
  const all = [...many(count), own];
  const asked: number[] = [];
  const others = await findOthers((most) => (asked.push(most), Promise.resolve(all.slice(0, most))), own.arn);
  expect(others).toMatchObject({ more });
  expect(asked).toEqual([12]);
  expect(tellOthers(others, 'now').join('\n')).toMatch(told);
});
