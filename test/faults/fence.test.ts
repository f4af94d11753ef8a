import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import type { EnteredState, Invocation, SendRequest } from '../../core/base/ports.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { recordEvidence, type StepFacts } from '../../core/evidence/evidence.ts';
import { fence } from '../../core/rollback/fence.ts';
import { buildFixture } from '../../local/postgres/build-fixture.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { type PostgresServer, startPostgres } from '../../local/postgres/server.ts';
import { createTestPorts } from '../core/ports.ts';
import { proven, refused, shutOut } from '../core/proven.ts';

const run = '0a1b2c3d4e5f';
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
  await buildFixture(server);
});
afterAll(() => server.stop());

it('waits for a backend that takes a second to end, instead of calling it gone or alive', async () => {
  const client = new Client({ connectionString: server.url('directus'), application_name: `one-roof/${run}/tier-3` });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  void delay(1_000).then(() => process.kill(pid, 'SIGCONT'));
  const file = join(__dirname, '../../sql/runner/fence.sql');
  const { exitCode, stdout } = await runPsql(server, { database: 'directus', file, variables: { run_id: run } });
  expect(stdout).toContain(`fence run=${run} terminated=1 remaining=0 stamped=0 state=none`);
  expect(exitCode).toBe(0);
});

const arn = 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Release:x';
const settings = {
  EVIDENCE_BUCKET: 'bucket',
  PACKAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  CLOCK_SKEW_SECONDS: 5,
  STATE_MACHINE_ARN: arn,
  READ_ONLY_STATES: ['Tier 0 Preflight'],
  SCRIPTS: [
    {
      id: 'fence',
      document: 'one-roof-fence',
      sha256: 'a'.repeat(64),
      seconds: 60,
      proof:
        '^fence run=[0-9a-f]{12} terminated=(?<terminated>[0-9]+) remaining=0 stamped=(?<stamped>[0-9]+) state=(?<state>[a-z]+)$',
      parameters: [],
    },
  ],
};

/** Plays Fence over a release whose history shows these states, entered `ago` milliseconds ago. */
async function play(
  entered: readonly Omit<EnteredState, 'enteredAt'>[],
  input: object = {},
  recorded?: Pick<StepFacts, 'step' | 'facts'>,
  ago = 10_000,
  stopped?: string,
  answer?: (request: SendRequest) => Invocation,
) {
  const ports = createTestPorts({
    answer: (request) =>
      answer?.(request) ?? proven(request, `fence run=${run} terminated=0 remaining=0 stamped=43 state=applying`),
  });
  if (recorded !== undefined)
    await recordEvidence(ports, { runId: run, packageDigest: settings.PACKAGE_DIGEST, ...recorded });
  const enteredAt = new Date(ports.clock.now().getTime() - ago);
  const execution = { Id: arn, Name: 'x', StartTime: enteredAt.toISOString() };
  const asked: (string | undefined)[] = [];
  const step = fence(settings, {
    ...ports,
    commands: { ...ports.commands, readDocument: () => Promise.resolve({ content: '{}', version: '1', hash: 'h' }) },
    executions: {
      newest: (_machine, runId) => {
        asked.push(runId);
        return Promise.resolve(
          runId === undefined || runId === runIdOf(arn)
            ? { arn, name: 'x', status: 'FAILED', startedAt: enteredAt }
            : undefined,
        );
      },
      enteredStates: () => Promise.resolve(entered.map((state) => ({ ...state, enteredAt }))),
      stopCause: () => Promise.resolve(stopped),
    },
  });
  const state = { Name: 'Fence', EnteredTime: ports.clock.now().toISOString() };
  const fenced = await step({ input, execution, state });
  const seconds = (new Date(fenced.waitUntil).getTime() - enteredAt.getTime()) / 1000;
  return { fenced, seconds, sent: ports.sent.length, asked };
}

const named = { release: { Id: arn, Name: 'x', StartTime: '2026-06-03T09:00:00.000Z' } };
const tier1 = { name: 'Tier 1 Structure', input: {} };

it('names the instant after which nothing of the run can start, counted from the state entered last', async () => {
  expect((await play([tier1], named)).seconds).toBe(50);
});

test.each([
  ['999 ms after a second', 9_001, 50.001],
  ['1 ms after a second', 9_999, 50.999],
  ['on the second', 10_000, 50],
])('what Step Functions waits for is a whole second, rounded up: entered %s', async (_when, ago, expected) => {
  const { fenced, seconds } = await play([tier1], named, undefined, ago);
  expect(fenced.waitUntil).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(seconds).toBe(expected);
});

it('counts by the start-by of the run, if a later deployment has shortened it', async () => {
  expect((await play([{ ...tier1, input: { startBySeconds: 50 } }], named)).seconds).toBe(55);
  expect((await play([{ ...tier1, input: { startBySeconds: 20 } }], named)).seconds).toBe(50);
});

it('takes a tier that this package does not know for one that may have written', async () => {
  expect((await play([{ name: 'Tier 1 Foundations', input: {} }], named)).fenced.outcome).toBeUndefined();
  const harmless = await play(
    [
      { name: 'Tier 0 Preflight', input: {} },
      { name: 'Await approval', input: {} },
    ],
    named,
  );
  expect([harmless.fenced.outcome, harmless.sent]).toEqual(['nothing_to_roll_back', 0]);
});

it('ends a trial that may still be at work, because it holds locks, and no trial that a tier has followed', async () => {
  const trial = { name: 'Trial', input: {} };
  expect((await play([trial], named)).sent).toBe(1);
  const over = await play([trial, { name: 'Tier 0 Preflight', input: {} }], named);
  expect([over.fenced.outcome, over.sent]).toEqual(['nothing_to_roll_back', 0]);
});

it.each([
  [
    'the server lets nobody in',
    (request: SendRequest) => shutOut(request, 'FATAL:  the database system is starting up'),
  ],
  ['a session does not end', (request: SendRequest) => refused(request, '1 forward backends remain, expected 0')],
])(
  'behind a trial alone, an untouched database calls no human when %s; behind a tier it does',
  async (_what, answer) => {
    const trial = { name: 'Trial', input: {} };
    const fenced = (entered: Parameters<typeof play>[0]) => play(entered, named, undefined, 10_000, undefined, answer);
    await expect(fenced([trial])).rejects.toMatchObject({ name: 'TrialNotFenced' });
    await expect(fenced([trial, tier1])).rejects.toMatchObject({ name: 'ScriptFailed' });
  },
);

it('has nothing to do behind a release that has rolled itself back, and sends nothing', async () => {
  const back = (outcome: string) => ({ name: 'Write report', input: { rollback: { Output: { outcome } } } });
  const done = await play([tier1, back('rolled_back')], named);
  expect([done.fenced.outcome, done.sent]).toEqual(['nothing_to_roll_back', 0]);
  const sealed = await play([tier1, back('already_released')], named);
  expect([sealed.fenced.outcome, sealed.sent]).toEqual([undefined, 1]);
});

describe('of a run that only its stamps tell of', () => {
  const stampedRun = '0a1b2c3d4e5f';

  it('reads no history, waits for what may have been sent just now, and takes the fingerprint from the evidence', async () => {
    const fingerprint = { json: '{"schemas":"aa"}' };
    const facts = { id: '0', name: 'Preflight', facts: {}, beside: { fingerprint }, seconds: 1 };
    const { fenced, seconds, sent } = await play([], { stampedRun }, { step: 'tier-0', facts });
    expect([fenced.runId, sent, seconds]).toEqual([stampedRun, 1, 60]);
    expect(fenced.entryFingerprint).toBe(fingerprint.json);
    expect((await play([], { stampedRun })).fenced.entryFingerprint).toBeUndefined();
  });

  it('believes the history where there is one', async () => {
    const own = await play([tier1], { stampedRun: runIdOf(arn) });
    expect([own.fenced.runId, own.seconds]).toEqual([runIdOf(arn), 50]);
  });
});

it("looks for the release that an operator's flag names, and for no other", async () => {
  const found = await play([tier1], { undoReleased: runIdOf(arn) });
  expect([found.fenced.runId, found.asked]).toEqual([runIdOf(arn), [runIdOf(arn)]]);
  await expect(play([tier1], { undoReleased: '0123456789ab' })).rejects.toThrow('no release with run id 0123456789ab');
});

it('keeps what a stop says of itself, and who wants the undo, with what it found', async () => {
  const requestedBy = 'operator ann';
  const { fenced } = await play(
    [tier1],
    { ...named, requestedBy },
    undefined,
    10_000,
    'stopped by ann\u001b (declared)',
  );
  expect(fenced).toMatchObject({ requestedBy, stoppedBecause: 'stopped by ann\\u001b (declared)' });
  expect((await play([], { ...named }, undefined, 10_000, 'x'.repeat(5000))).fenced.stoppedBecause).toHaveLength(300);
});
