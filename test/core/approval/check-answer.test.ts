import { checkAnswer } from '../../../core/approval/check-answer.ts';
import { type Decision, judgeDecision } from '../../../core/approval/decision.ts';
import { canonicalJson, namedDigest } from '../../../core/base/digest.ts';
import type { Environment } from '../../../core/base/environment.ts';
import { decisionKey } from '../../../core/base/evidence-key.ts';
import { stateFromEntries } from '../../../core/evidence/entries.ts';
import { endingOf } from '../../../core/ending/ending.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { createTestPorts } from '../ports.ts';

const runId = '0123456789ab';
const packageDigest = `sha256:${'a'.repeat(64)}`;
const uuid = '00000000-0000-4000-8000-000000000001';
const who = {
  issuer: 'https://issuer.example',
  subject: 's-1',
  email: 'owner@example.org',
  signedInAt: '2026-06-03T09:55:00.000Z',
};
const common = {
  format: 'one-roof-decision/1',
  ...{ runId, packageDigest, who, answersLeft: 3, decidedAt: '2026-06-03T10:00:00.000Z', tokenDigest: 'sha256:t' },
} as const;
const rejection: Decision = { ...common, decision: 'reject', reason: 'not before the audit' };
const approval: Decision = { ...common, decision: 'approve', apr: 'APR-BOOT-AUTHMODEL-1' };
const stored = (decision: unknown) => canonicalJson(decision);
const key = decisionKey({ runId, answersLeft: 3 }, uuid);

/** Settings of which only these are read before the database is asked. */
const environment = (REQUIRE_VERIFIED_APPROVAL: 'true' | 'false') =>
  ({
    REQUIRE_VERIFIED_APPROVAL,
    APPROVAL_CODE: { pattern: '^APR-[A-Z0-9-]+$', maxLength: 64, example: 'APR-BOOT-AUTHMODEL-1' },
  }) as Environment<'check-answer'>;

const checked = {
  ...{ runId, packageDigest, ready: true, documents: {}, answersLeft: 3, startBySeconds: 5 },
  gate: {
    status: 'READY',
    blockers: '',
    explanations: [],
    notes: [],
    conditions: [],
    readAt: '2026-06-03T10:00:00.000Z',
  },
};

async function judged(answer: unknown, objects: Readonly<Record<string, string>>, required: 'true' | 'false' = 'true') {
  const asked: string[] = [];
  const decisions = {
    read: (wanted: string) => {
      asked.push(wanted);
      return Promise.resolve(objects[wanted]);
    },
  };
  const ports = { ...createTestPorts(), decisions };
  const event = {
    input: { ...checked, answer },
    execution: { Id: 'arn', Name: 'x', StartTime: '2026-06-03T10:00:00.000Z' },
    state: { Name: 'Check answer', EnteredTime: '2026-06-03T10:00:00.000Z' },
  };
  const state = await checkAnswer(environment(required), ports)(event);
  return { state, asked, entries: parseEntries(await ports.evidence.list(runId)) };
}

const answer = (decision: Decision, more: object = {}) => ({
  apr: decision.decision === 'approve' ? decision.apr : '',
  ...{ packageDigest, decisionKey: key, decisionSha256: namedDigest(stored(decision)) },
  ...more,
});

test('a rejection of the page ends the release, with the person on record as verified', async () => {
  const { state, entries } = await judged(answer(rejection), { [key]: stored(rejection) });
  expect(state).toMatchObject({ decision: 'rejected', reason: 'not before the audit', verified: who });
  expect(entries[0]?.facts).toMatchObject({ decision: 'rejected', verified: { ...who, decisionKey: key } });
  expect(endingOf(stateFromEntries(entries)).name).toBe('gate_not_checked');
  const ending = endingOf({ ...stateFromEntries(entries), gate: state.gate, ready: true });
  expect(ending).toMatchObject({ name: 'rejected', exitCode: 11 });
  expect(ending.headline).toContain('not before the audit');
});

test('where the page is deployed, an answer without its decision does not count', async () => {
  const plain = { apr: 'APR-BOOT-AUTHMODEL-1', packageDigest, declaredBy: 'owner@example.org' };
  const { state } = await judged(plain, {});
  expect(state).toMatchObject({ decision: 'ask_again' });
  expect(state.reason).toContain('approver’s page');
});

const other = { ...approval, runId: 'ba9876543210' } as const;
const earlier = { ...approval, answersLeft: 2 } as const;
const foreign: [string, object, Record<string, unknown>, RegExp][] = [
  [
    'a key that was made up',
    { decisionKey: decisionKey({ runId, answersLeft: 3 }, uuid.replace(/1$/, '2')) },
    {},
    /never stored/,
  ],
  [
    'a key of another run',
    { decisionKey: decisionKey({ runId: other.runId, answersLeft: 3 }, uuid) },
    {},
    /another release/,
  ],
  ['a key of an earlier request', { decisionKey: decisionKey({ runId, answersLeft: 2 }, uuid) }, {}, /earlier request/],
  [
    'a key that leads elsewhere',
    { decisionKey: `decisions/${runId}/../../runs/${runId}/0001.json` },
    {},
    /another release/,
  ],
  ['another digest', { decisionSha256: namedDigest('x') }, {}, /not the one/],
  ['an object about another run', { decisionSha256: namedDigest(stored(other)) }, { [key]: other }, /another release/],
  [
    'an object about an earlier request',
    { decisionSha256: namedDigest(stored(earlier)) },
    { [key]: earlier },
    /earlier/,
  ],
  [
    'an object that is no decision',
    { decisionSha256: namedDigest(stored({ apr: 1 })) },
    { [key]: { apr: 1 } },
    /not a decision/,
  ],
  [
    'an object about another package',
    { decisionSha256: namedDigest(stored({ ...approval, packageDigest: 'sha256:b' })) },
    { [key]: { ...approval, packageDigest: 'sha256:b' } },
    /package other than/,
  ],
  ['another code than the decision', { apr: 'APR-OTHER-1' }, {}, /something other/],
];

test.each(foreign)('%s: nothing is decided, and the answer says why', async (_what, more, objects, why) => {
  const texts = Object.fromEntries(
    Object.entries({ [key]: approval, ...objects }).map(([at, value]) => [at, stored(value)]),
  );
  const { state, asked } = await judged(answer(approval, more), texts);
  expect(state).toMatchObject({ decision: 'ask_again', answersLeft: 2 });
  expect(state.reason).toMatch(why);
  expect(asked.every((wanted) => wanted.startsWith(`decisions/${runId}/3-`))).toBe(true);
});

test('the page’s own decision is believed, with the person that it names', () => {
  const text = stored(approval);
  const claimed = { runId, answersLeft: 3, packageDigest, decisionKey: key, decisionSha256: namedDigest(text) };
  expect(judgeDecision(claimed, text)).toEqual({
    decision: approval,
    verified: { ...who, decisionKey: key, decisionSha256: namedDigest(text) },
  });
});

test('a code of a wrong form is refused before the database is asked, with the person on record', async () => {
  const wrong: Decision = { ...approval, apr: 'nonsense' };
  const { state } = await judged(answer(wrong, { apr: 'nonsense' }), { [key]: stored(wrong) });
  expect(state).toMatchObject({ decision: 'ask_again', verified: who });
});

describe('an answer that is not accepted leaves its code and its name in the evidence', () => {
  const otherPackage = { apr: 'APR-BOOT-AUTHMODEL-1', packageDigest: 'sha256:other', declaredBy: 'ann\u001b[2J' };
  it.each([
    ['for another package', otherPackage, { apr: 'APR-BOOT-AUTHMODEL-1', declaredBy: 'ann\\u001b[2J' }],
    ['that may be a password', { ...otherPackage, apr: 'hunter2 hunter2' }, { apr: '15 characters that are no code' }],
    ['without a code', { packageDigest, declaredBy: 'bob' }, { declaredBy: 'bob' }],
    ['with a code that is no text', { apr: { $ne: 1 }, packageDigest, declaredBy: 'x'.repeat(201) }, {}],
    ['that is no object', 'yes', {}],
  ])('%s', async (_what, given, kept) => {
    const { entries } = await judged(given, {}, 'false');
    expect(entries[0]?.facts['given']).toMatchObject(kept);
    expect(JSON.stringify(entries)).not.toContain('hunter2');
  });

  it('also where only the page may answer: that somebody tried is on record', async () => {
    const { entries, state } = await judged(otherPackage, {}, 'true');
    expect(entries[0]?.facts['given']).toEqual({ apr: 'APR-BOOT-AUTHMODEL-1', declaredBy: 'ann\\u001b[2J' });
    expect(state).not.toHaveProperty('given');
  });
});
