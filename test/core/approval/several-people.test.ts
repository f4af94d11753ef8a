import { checkAnswer } from '../../../core/approval/check-answer.ts';
import { requestApproval } from '../../../core/approval/request-approval.ts';
import { canonicalJson, namedDigest } from '../../../core/base/digest.ts';
import { decisionKey } from '../../../core/base/evidence-key.ts';
import { stateFromEntries } from '../../../core/evidence/entries.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { readGate } from '../../../core/gate/read-gate.ts';
import { writeReport } from '../../../core/release/write-report.ts';
import { createStage, digest, settings } from '../package/warehouse-stage.ts';
import { createRunPorts, execution, runId } from '../report/runs.ts';

/** Two or three different people approve a release; each answer is judged by the handler, on the state that it was left. */

const uuid = '00000000-0000-4000-8000-000000000001';
const signedInAt = '2026-06-03T09:55:00.000Z';
const person = (subject: string, email = `${subject}@example.org`) => ({
  ...{ issuer: 'https://issuer.example', subject, email, signedInAt },
});
const [ann, ben, cem] = [person('ann'), person('ben'), person('cem')];

interface Said {
  readonly who: ReturnType<typeof person>;
  readonly apr?: string;
  readonly packageDigest?: string;
  readonly rejects?: string;
}

/** Plays answers one after the other, until the release is no longer asking. */
async function play(people: number, said: readonly (Said | 'by the command line')[], answersLeft = 3) {
  const objects: Record<string, string> = {};
  const stage = createStage({}, objects);
  const environment = { ...settings, APPROVAL_PEOPLE: people };
  const { gate, documents } = await readGate(stage, settings, runId, stage.clock.now());
  const begun = { runId, packageDigest: digest, gate, documents, ready: true, answersLeft, startBySeconds: 45 };
  let state: Awaited<ReturnType<ReturnType<typeof checkAnswer>>> | typeof begun = begun;
  const decisions: string[] = [];
  const reasons: string[] = [];
  for (const one of said) {
    const plain = { apr: 'WHS-2026-11', packageDigest: digest };
    let answer: object = plain;
    if (one !== 'by the command line') {
      const { who, apr = plain.apr, packageDigest = digest, rejects } = one;
      const key = decisionKey({ runId, answersLeft: state.answersLeft }, uuid);
      const common = { format: 'one-roof-decision/1', runId, packageDigest, who, tokenDigest: 'sha256:t' };
      const word = rejects === undefined ? { decision: 'approve', apr } : { decision: 'reject', reason: rejects };
      const text = canonicalJson({ ...common, ...word, answersLeft: state.answersLeft, decidedAt: signedInAt });
      objects[key] = text;
      answer = { apr, packageDigest, decisionKey: key, decisionSha256: namedDigest(text) };
    }
    const entered = { Name: 'Check answer', EnteredTime: stage.clock.now().toISOString() };
    const decided: Awaited<ReturnType<ReturnType<typeof checkAnswer>>> = await checkAnswer(
      environment,
      stage,
    )({
      ...{ input: { ...state, answer }, execution, state: entered },
    });
    state = decided;
    decisions.push(decided.decision);
    reasons.push(decided.reason);
  }
  return { state, decisions, reasons, entries: parseEntries(await stage.evidence.list(runId)) };
}

test('two different people on the same package and code approve, and the report names both', async () => {
  const { state, decisions, reasons, entries } = await play(2, [{ who: ann }, { who: ben }]);
  expect(decisions).toEqual(['ask_again', 'approved']);
  expect(reasons[0]).toBe('Approved so far by ann@example.org (1 of 2): another person has to approve as well.');
  expect(state).toMatchObject({ approval: { declaredBy: 'ann@example.org and ben@example.org' } });
  expect(state).not.toHaveProperty('askedAgainBecause');
  expect(stateFromEntries(entries).approvals?.by.map(({ subject }) => subject)).toEqual(['ann', 'ben']);
  const ports = createRunPorts();
  const environment = { ...settings, SIGNING_KEY: 'machine', TOPIC_ARN: 'none', TIERS: [], TITLE: 'Warehouse prices' };
  const now = { Name: 'Write report', EnteredTime: signedInAt };
  await writeReport(environment, ports)({ input: state, execution, state: now });
  for (const name of ['report.html', 'report.md', 'report.json'])
    for (const { email } of [ann, ben]) expect(ports.files.get(name)).toContain(email);
});

test('three people are asked one after the other, and the one who is asked next reads who has approved', async () => {
  const { state, decisions } = await play(3, [{ who: ann }, { who: ben }]);
  expect(decisions).toEqual(['ask_again', 'ask_again']);
  const messages: string[] = [];
  const ports = {
    ...createRunPorts(),
    notifier: { notify: (_subject: string, body: string) => Promise.resolve(void messages.push(body)) },
  };
  const environment = { ...settings, TOPIC_ARN: 'none', APPROVAL_SECONDS: 3600, TITLE: 'Warehouse prices' };
  const now = { Name: 'Await approval', EnteredTime: signedInAt };
  for (const PAGE_LINK of ['', 'https://page.example/RUN'])
    await requestApproval({ ...environment, PAGE_LINK }, ports)({ input: state, execution, state: now });
  const words = 'Approved so far by ann@example.org and ben@example.org (2 of 3)';
  expect(messages).toEqual([expect.stringContaining(words), expect.stringContaining(words)]);
  expect(messages.join()).not.toContain('not accepted');
});

test.each<[what: string, second: Said, decision: string, why: string]>([
  ['the same person again', { who: ann }, 'ask_again', 'ann@example.org has approved already'],
  [
    'the same person under another address',
    { who: person('ann', 'new@example.org') },
    'ask_again',
    'new@example.org has approved already',
  ],
  [
    'another package',
    { who: ben, packageDigest: `sha256:${'b'.repeat(64)}` },
    'ask_again',
    'a package other than the one shown',
  ],
  [
    'another code',
    { who: ben, apr: 'WHS-2026-12' },
    'ask_again',
    'ann@example.org approved under WHS-2026-11: everybody approves the same request',
  ],
  ['a no', { who: ben, rejects: 'not this week' }, 'rejected', 'not this week'],
])('after the first approval, %s does not count', async (_what, second, decision, why) => {
  const { state, decisions, reasons } = await play(2, [{ who: ann }, second]);
  expect(decisions).toEqual(['ask_again', decision]);
  expect(reasons[1]).toContain(why);
  expect(state).not.toHaveProperty('approval');
  expect(state).toHaveProperty('approvals.by.length', 1);
});

test('two people with one address are two, as the issuer vouches for them', async () => {
  const { decisions } = await play(2, [{ who: ann }, { who: person('cem', ann.email) }]);
  expect(decisions).toEqual(['ask_again', 'approved']);
});

test('a release that can no longer be approved by enough people ends, and does not ask on', async () => {
  const { decisions } = await play(3, [{ who: ann }, { who: ann }, { who: ann }], 4);
  expect(decisions).toEqual(['ask_again', 'ask_again', 'no_valid_apr']);
  expect((await play(3, [{ who: ann }, { who: ann }, { who: ben }, { who: cem }], 4)).decisions.at(-1)).toBe(
    'approved',
  );
});

test('by the command line alone more than one person cannot be proven, and is refused', async () => {
  const { decisions, reasons } = await play(2, ['by the command line']);
  expect(decisions).toEqual(['ask_again']);
  expect(reasons[0]).toContain('2 different people have to approve, which only the approver’s page can prove');
  expect((await play(1, ['by the command line'])).decisions).toEqual(['approved']);
});
