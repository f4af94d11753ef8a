import { createHmac } from 'node:crypto';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { createTokenVerifier } from '../../../../aws/page/token-verifier.ts';
import { pageFacts } from '../../../../core/approval/page/facts.ts';
import { approvalPage } from '../../../../core/approval/page/page.ts';
import type { KnownPerson, PagePorts } from '../../../../core/approval/page/ports.ts';
import { decisionSchema } from '../../../../core/approval/decision.ts';
import type { HistoryEvent } from '../../../../core/approval/history-event.ts';
import { namedDigest } from '../../../../core/base/digest.ts';
import type { Environment } from '../../../../core/base/environment.ts';
import { runIdOf } from '../../../../core/base/run-id.ts';
import { claimsOf, createIssuer } from '../../../../local/pages/issuer.ts';
import { planOf } from '../../../../local/postgres/fixture-package.ts';
import { createTestPorts } from '../../ports.ts';

const origin = 'https://page.example.org';
const options = {
  ...{ issuer: 'https://issuer.example.org', clientId: 'page', redirectUri: `${origin}/`, group: 'approvers' },
  ...{ username: 'owner', key: 'k' },
};
const issuer = createIssuer(options);
const stranger = createIssuer(options);
const keys: JwksCache = {
  getJwk: (_uri, { header }) => {
    const jwk = issuer.jwks.keys.find(({ kid }) => kid === header.kid);
    return jwk === undefined ? Promise.reject(new Error('unknown key')) : Promise.resolve(jwk as never);
  },
  getCachedJwk: () => issuer.jwks.keys[0] as never,
  addJwks: () => undefined,
  getJwks: () => Promise.reject(new Error('not fetched')),
};
const packageDigest = `sha256:${'a'.repeat(64)}`;
const environment = {
  ...{ EVIDENCE_BUCKET: 'none', PACKAGE_DIGEST: packageDigest, TOPIC_ARN: 't', STATE_MACHINE_ARN: 'm' },
  ...{ TITLE: 'A trial', PAGE_ORIGIN: origin, ISSUER: options.issuer, LOGIN_URL: 'https://login.example.org' },
  ...{ CLIENT_ID: 'page', USER_POOL_ID: 'pool', APPROVER_GROUP: 'approvers', SIGN_IN: 'password' },
} as Environment<'approval-page'>;
const arn = 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Release:one';
const runId = runIdOf(arn);
const token = 'task-token';
const gate = {
  ...{ status: 'READY', blockers: '', explanations: [], notes: [], conditions: [] },
  readAt: '2026-06-03T09:59:00.000Z',
};
const shown = { runId, packageDigest, ready: true, gate, documents: {}, answersLeft: 3, startBySeconds: 5 };
const now = Math.floor(Date.now() / 1000);

/** A history that ends with an open request. */
function waitingHistory(): HistoryEvent[] {
  const timestamp = new Date('2026-06-03T09:59:00.000Z');
  const parameters = JSON.stringify({ Payload: { token, input: shown } });
  const input = '{"requestedBy":"operator"}';
  return [
    { id: 1, timestamp, type: 'ExecutionStarted', executionStartedEventDetails: { input } },
    { id: 2, timestamp, type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Await approval' } },
    { id: 3, timestamp, type: 'TaskScheduled', taskScheduledEventDetails: { parameters, timeoutInSeconds: 3600 } },
    { id: 4, timestamp, type: 'TaskSubmitted' },
  ];
}

const owner: KnownPerson = { enabled: true, email: 'owner@example.org', groups: ['approvers'] };

/** One who read the package that waits, and one who read another. */
const reviews = [packageDigest, `sha256:${'b'.repeat(64)}`].map((read, index) => {
  return {
    format: 'one-roof-review/1' as const,
    by: `reader ${index}`,
    at: '2026-06-01T10:00:00Z',
    packageDigest: read,
  };
});

/** A page over ports in memory, with one release that waits. */
function createStage(person: KnownPerson | undefined = owner) {
  const answers: object[] = [];
  const stored = new Map<string, string>();
  const events = waitingHistory();
  const base = createTestPorts();
  const ports: PagePorts = {
    ...base,
    clock: { ...base.clock, now: () => new Date(now * 1000) },
    tokens: createTokenVerifier(options.issuer, keys),
    people: { find: () => Promise.resolve(person) },
    desk: {
      running: () => Promise.resolve([]),
      find: (wanted) => Promise.resolve(wanted === runId ? { arn, name: 'one' } : undefined),
      history: () => Promise.resolve(events),
      answer: (_token, output) => {
        if (answers.length > 0) return Promise.resolve('too late');
        answers.push(output);
        return Promise.resolve('taken');
      },
    },
    decisions: { write: (key, text) => Promise.resolve(void stored.set(key, text)) },
    documents: { read: () => Promise.resolve(undefined) },
    reports: { html: () => Promise.resolve(undefined) },
    files: {
      html: '<p>',
      script: '',
      style: '',
      reportStyle: 'sha256-x',
      facts: pageFacts(planOf('sql'), {}, reviews),
    },
  };
  return { answers, stored, events, messages: base.messages, ports };
}

type Stage = ReturnType<typeof createStage>;

const claims = (more: object = {}) => ({ ...claimsOf(options, options.username, now - 60), ...more });
const bearer = (more: object = {}) => `Bearer ${issuer.signed(claims(more))}`;
const approve = { decision: 'approve', apr: 'APR-BOOT-AUTHMODEL-1', answersLeft: 3, packageDigest };

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly authorization?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the page answers to a POST of an approval, or to what is sent instead. */
function answerTo({ ports }: Pick<Stage, 'ports'>, sent: Sent = {}) {
  const { method = 'POST', path = `/api/run/${runId}/decision`, authorization = bearer(), body = approve } = sent;
  const headers = { 'content-type': 'application/json', origin, authorization, ...sent.headers };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return approvalPage(
    environment,
    ports,
  )({
    ...{ rawPath: path, requestContext: { http: { method } }, headers, body: text },
  });
}

async function send(stage: Pick<Stage, 'ports'>, sent: Sent = {}) {
  const { statusCode, body } = await answerTo(stage, sent);
  return { status: statusCode, said: JSON.parse(body) as { error?: string; remedy?: string } };
}

function expectNothing({ answers, stored, messages }: Stage): void {
  expect([answers, stored.size, messages]).toEqual([[], 0, []]);
}

test('an approval is stored first, then answered by its key and digest', async () => {
  const stage = createStage();
  expect(await send(stage)).toMatchObject({ status: 200 });
  const [[key, text] = ['', '']] = [...stage.stored];
  expect(key).toMatch(new RegExp(`^decisions/${runId}/3-[0-9a-f-]{36}\\.json$`));
  const decision = decisionSchema.parse(JSON.parse(text));
  expect(decision).toMatchObject({ decision: 'approve', apr: approve.apr, packageDigest, answersLeft: 3 });
  expect(decision.who).toMatchObject({ email: owner.email, issuer: options.issuer, subject: 'owner' });
  expect(text).not.toContain(token);
  expect(stage.answers).toEqual([
    { apr: approve.apr, packageDigest, decisionKey: key, decisionSha256: namedDigest(text) },
  ]);
});

test('a rejection answers; a question goes to the operators and into the evidence, and answers nothing', async () => {
  const stage = createStage();
  const asked = { decision: 'ask', question: 'Why now?\nAnd why here?', answersLeft: 3, packageDigest };
  expect(await send(stage, { body: asked })).toMatchObject({ status: 200 });
  expect(stage.messages).toEqual(['A trial: a question about a release']);
  expect((await stage.ports.evidence.list(runId))[0]?.text).toContain('"question":"Why now?');
  expect(stage.answers).toEqual([]);
  const rejected = { decision: 'reject', reason: 'not before the audit', answersLeft: 3, packageDigest };
  expect(await send(stage, { body: rejected })).toMatchObject({ status: 200 });
  expect([...stage.stored.values()][0]).toContain('"decision":"reject"');
  expect(stage.answers).toHaveLength(1);
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const kid = issuer.jwks.keys[0]?.['kid'];
const unsigned = (header: object) => `${part(header)}.${part(claims())}`;
const { exp: _exp, ...withoutEnd } = claims();
/** The old confusion of algorithms: the public key taken as the secret of an HMAC. */
const confused = () => {
  const head = unsigned({ alg: 'HS256', kid });
  return `${head}.${createHmac('sha256', issuer.jwks.keys[0]?.['n'] ?? '')
    .update(head)
    .digest('base64url')}`;
};
const tokens: [string, () => string, RegExp][] = [
  ['no token', () => '', /sign in/],
  ['a token without exp', () => `Bearer ${issuer.signed(withoutEnd)}`, /lacks/],
  ['a token of another client', () => bearer({ client_id: 'other' }), /another application/],
  ['an ID token', () => bearer({ token_use: 'id' }), /not an access token/],
  ['alg none', () => `Bearer ${unsigned({ alg: 'none', kid })}.x`, /verified/],
  ['alg none without a signature', () => `Bearer ${unsigned({ alg: 'none', kid })}.`, /sign in/],
  ['a token signed with the public key', () => `Bearer ${confused()}`, /verified/],
  ['an expired token', () => bearer({ exp: now - 1 }), /verified/],
  ['a token of another issuer', () => bearer({ iss: 'https://other.example.org' }), /verified/],
  ['a token signed by somebody else', () => `Bearer ${stranger.signed(claims())}`, /verified/],
  ['groups that are a text', () => bearer({ 'cognito:groups': 'approvers' }), /lacks/],
  ['groups as API Gateway flattens them', () => bearer({ 'cognito:groups': '[approvers]' }), /lacks/],
  ['another group', () => bearer({ 'cognito:groups': ['operators'] }), /not one of the approvers/],
  ['no scope of the page', () => bearer({ scope: 'email' }), /scope/],
  ['a sign-in of 16 minutes ago', () => bearer({ auth_time: now - 16 * 60 }), /15 minutes/],
  ['a sign-in in the future', () => bearer({ auth_time: now + 3600 }), /future/],
];

test.each(tokens)('%s: nothing is decided, and the answer says why', async (_what, authorization, why) => {
  const stage = createStage();
  const { status, said } = await send(stage, { authorization: authorization() });
  expect([401, 403]).toContain(status);
  expect(said.error).toMatch(why);
  expectNothing(stage);
});

test('whoever signed in long ago may read, and signs in again to decide', async () => {
  const stage = createStage();
  const authorization = bearer({ auth_time: now - 16 * 60 });
  expect(await send(stage, { authorization })).toMatchObject({ status: 401, said: { remedy: 'sign in again' } });
  expect(await send(stage, { authorization, method: 'GET', path: `/api/run/${runId}` })).toMatchObject({ status: 200 });
});

test.each<[string, KnownPerson | undefined]>([
  ['disabled', { ...owner, enabled: false }],
  ['no approver any more', { ...owner, groups: [] }],
])('a person who is %s, whatever the token says, decides and reads nothing', async (_what, person) => {
  const stage = createStage(person);
  expect(await send(stage)).toMatchObject({ status: 403 });
  expect(await send(stage, { method: 'GET', path: `/api/run/${runId}` })).toMatchObject({ status: 403 });
  expectNothing(stage);
});

test('a person whom the directory does not know decides nothing', async () => {
  const stage = createStage();
  const ports = { ...stage.ports, people: { find: () => Promise.resolve(undefined) } };
  expect(await send({ ports })).toMatchObject({ status: 403 });
  expectNothing(stage);
});

const requests: [string, Sent, number, RegExp][] = [
  ['a foreign Origin', { headers: { origin: 'https://evil.example.org' } }, 403, /does not come from/],
  ['the Origin of a sandboxed frame', { headers: { origin: 'null' } }, 403, /does not come from/],
  ['a form', { headers: { 'content-type': 'text/plain' } }, 415, /JSON/],
  ['a 1 MB body', { body: 'x'.repeat(1024 * 1024) }, 413, /larger/],
  ['no JSON', { body: '{' }, 400, /not a decision/],
  ['an unknown member', { body: { ...approve, force: true } }, 400, /not a decision/],
  ['an empty reason', { body: { ...approve, apr: undefined, decision: 'reject', reason: ' ' } }, 400, /reason/],
  ['a code that cannot be one', { body: { ...approve, apr: "'; drop" } }, 422, /No answer was used up/],
  ['an earlier request', { body: { ...approve, answersLeft: 2 } }, 409, /answered meanwhile/],
  ['another package', { body: { ...approve, packageDigest: 'sha256:b' } }, 409, /Another package/],
  ['another run', { path: '/api/run/ffffffffffff/decision' }, 404, /no such release/],
  ['a path that leads elsewhere', { path: `/api/run/${runId}/../decision` }, 404, /nothing here/],
  ['a GET of a decision', { method: 'GET' }, 405, /POST/],
  ['a PUT', { method: 'PUT' }, 405, /POST/],
];

test.each(requests)('%s: nothing is decided, and the answer says why', async (_what, sent, status, why) => {
  const stage = createStage();
  const answer = await send(stage, sent);
  expect(answer).toMatchObject({ status });
  expect(answer.said.error).toMatch(why);
  expectNothing(stage);
});

test('who has approved already, and is asked again with others, is told so, and no answer is used up', async () => {
  const stage = createStage();
  const { iss: issuedBy, sub: subject } = claims();
  const by = [{ issuer: issuedBy, subject, email: owner.email, signedInAt: '2026-06-03T09:55:00.000Z' }].map((who) => ({
    ...{ ...who, decisionKey: 'k', decisionSha256: 's', apr: approve.apr, acceptedAt: '2026-06-03T10:00:00.000Z' },
  }));
  const input = { ...shown, approvals: { people: 2, by } };
  const parameters = JSON.stringify({ Payload: { token, input } });
  const at = stage.events.findIndex(({ type }) => type === 'TaskScheduled');
  stage.events[at] = { ...stage.events[at], taskScheduledEventDetails: { parameters, timeoutInSeconds: 3600 } };
  const answer = await send(stage);
  expect(answer).toMatchObject({ status: 409 });
  expect(answer.said.error).toMatch(/approved already: another person .* No answer was used up/);
  expectNothing(stage);
  const view = await send(stage, { method: 'GET', path: `/api/run/${runId}`, body: '' });
  expect(view.said).toMatchObject({ request: { approvedSoFar: expect.stringContaining('(1 of 2)') as string } });
});

test('a POST that is sent again, and a second approver, are told that they are too late', async () => {
  const stage = createStage();
  expect(await send(stage)).toMatchObject({ status: 200 });
  const second = await send(stage);
  expect(second).toMatchObject({ status: 409 });
  expect(second.said.error).toMatch(/Too late/);
  stage.events.push({ id: 5, timestamp: new Date(now * 1000), type: 'TaskSucceeded' });
  expect(await send(stage)).toMatchObject({ status: 409 });
  expect(stage.answers).toHaveLength(1);
});

test('what a scanner of mail opens acts on nothing, and shows nothing without a token', async () => {
  const stage = createStage();
  for (const path of ['/', '/page.js', '/page.css', '/config.json']) {
    const { statusCode, headers } = await answerTo(stage, { method: 'GET', path, authorization: '' });
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  }
  for (const what of ['', '/report', '/changes', '/sql/tier-1', '/decision']) {
    const { status } = await send(stage, { method: 'GET', path: `/api/run/${runId}${what}`, authorization: '' });
    expect([401, 405]).toContain(status);
  }
  expectNothing(stage);
});

test('a decision that cannot be stored does not count', async () => {
  const stage = createStage();
  const decisions = { write: () => Promise.reject(new Error('the store is read-only')) };
  expect(await send({ ports: { ...stage.ports, decisions } })).toMatchObject({ status: 503 });
  expectNothing(stage);
});

test('an error of a service is worded plainly, and decides nothing', async () => {
  const stage = createStage();
  const desk = { ...stage.ports.desk, history: () => Promise.reject(new Error('secret detail')) };
  const answer = await send({ ports: { ...stage.ports, desk } });
  expect(answer).toMatchObject({ status: 500 });
  expect(answer.said.error).not.toContain('secret');
  expectNothing(stage);
});

test('what the page reads of a run never holds the task token', async () => {
  const { said } = await send(createStage(), { method: 'GET', path: `/api/run/${runId}` });
  expect(JSON.stringify(said)).not.toContain(token);
  expect(said).toMatchObject({ waiting: true, startedBy: 'operator', you: owner.email, pollSeconds: 15 });
});

test('whether the package that waits is the one that each reviewer declared to have read, is computed', async () => {
  const { body } = await answerTo(createStage(), { method: 'GET', path: `/api/run/${runId}` });
  const { request } = JSON.parse(body) as { request: { reviews: object[] } };
  expect(request.reviews).toEqual([
    { by: 'reader 0', at: '2026-06-01T10:00:00Z', equal: true },
    { by: 'reader 1', at: '2026-06-01T10:00:00Z', equal: false },
  ]);
});

test('what the rehearsal counted in each tier is shown as its own; without one, nothing is claimed', async () => {
  const stage = createStage();
  const look = async () => {
    const { body } = await answerTo(stage, { method: 'GET', path: `/api/run/${runId}` });
    return (JSON.parse(body) as { request: { rehearsal?: object } }).request.rehearsal;
  };
  expect(await look()).toBeUndefined();
  const tiers = [
    { id: 'tier-0', seconds: 1, facts: {} },
    { id: 'tier-2', seconds: 1, facts: { rows: '1200', gap: '0' } },
    { id: 'tier-3', seconds: 1 },
  ];
  const rehearsal = {
    ...{
      runId: 'ffffffffffff',
      result: 'passed',
      reason: '',
      bytes: 1,
      probe: '',
      signature: 'present',
      copySeconds: 1,
    },
    ...{ expectedSeconds: 3, tiers, locks: [], unlike: [], at: '2026-06-02T10:00:00.000Z' },
  };
  const parameters = JSON.stringify({ Payload: { token, input: { ...shown, rehearsal } } });
  const at = stage.events.findIndex(({ type }) => type === 'TaskScheduled');
  stage.events[at] = { ...stage.events[at], taskScheduledEventDetails: { parameters, timeoutInSeconds: 3600 } };
  expect(await look()).toMatchObject({
    at: rehearsal.at,
    counted: { 'tier-0': '', 'tier-2': 'rows=1200 gap=0', 'tier-3': '' },
  });
});

/** What the page says of other releases, with what Step Functions lists, and how often it was asked. */
async function othersOf(stage: Stage, running: PagePorts['desk']['running']) {
  let asked = 0;
  const desk = { ...stage.ports.desk, running: (most: number) => ((asked += 1), running(most)) };
  const { body } = await answerTo({ ports: { ...stage.ports, desk } }, { method: 'GET', path: `/api/run/${runId}` });
  return { ...(JSON.parse(body) as { waiting: boolean; others: string[] }), asked };
}

const startedAt = new Date('2026-06-03T10:05:00.000Z');
const second = { arn: arn.replace(/one$/, 'two'), name: 'two', startedAt };

test('who opens the page of the first release reads that a second one is under way, and since when', async () => {
  const { others } = await othersOf(createStage(), () => Promise.resolve([second, { arn, name: 'one', startedAt }]));
  expect(others).toEqual([expect.stringContaining('Another release is under way now: two (run ')]);
  expect(others[0]).toContain(`${runIdOf(second.arn)}), started 2026-06-03 10:05 UTC`);
});

test('where Step Functions does not list them the page says so, and still takes a decision', async () => {
  const refused = () => Promise.reject(Object.assign(new Error('secret detail'), { name: 'AccessDeniedException' }));
  const stage = createStage();
  const shownNow = await othersOf(stage, refused);
  expect(shownNow).toMatchObject({
    waiting: true,
    others: [expect.stringMatching(/not known.*AccessDeniedException/)],
  });
  expect(shownNow.others.join()).not.toContain('secret');
  expect(await send({ ports: { ...stage.ports, desk: { ...stage.ports.desk, running: refused } } })).toMatchObject({
    status: 200,
  });
});

test('once nobody has to decide any more, the page does not ask for others', async () => {
  const stage = createStage();
  stage.events.push({ id: 5, timestamp: new Date(now * 1000), type: 'TaskSucceeded' });
  expect(await othersOf(stage, () => Promise.resolve([second]))).toMatchObject({ others: [], asked: 0 });
});
