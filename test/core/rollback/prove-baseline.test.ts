import { proveBaseline } from '../../../core/rollback/prove-baseline.ts';
import { createTestPorts } from '../ports.ts';
import { proven } from '../proven.ts';

const runId = '0a1b2c3d4e5f';
const settings = {
  EVIDENCE_BUCKET: 'bucket',
  PACKAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  SCRIPTS: [
    {
      id: 'fingerprint',
      document: 'one-roof-fingerprint',
      sha256: 'a'.repeat(64),
      seconds: 60,
      proof: '^fingerprint (?<json>.*)$',
      parameters: [],
    },
  ],
};

/** Proves a database that was `entry` before the release and is `now` after its undo. */
async function prove(entry: object, now: object) {
  const ports = createTestPorts({ answer: (request) => proven(request, `fingerprint ${JSON.stringify(now)}`) });
  const readDocument = () => Promise.resolve({ content: '{}', version: '1', hash: 'h' });
  const time = ports.clock.now().toISOString();
  const state = {
    runId,
    entryFingerprint: JSON.stringify(entry),
    waitUntil: '2026-06-03T10:00:00Z',
    cancelledCommands: 0,
    terminatedBackends: 0,
    stampedObjects: 43,
    undo: { outcome: 'undone' },
  };
  const proof = await proveBaseline(settings, { ...ports, commands: { ...ports.commands, readDocument } })({
    input: state,
    execution: {
      Id: 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Rollback:x',
      Name: 'x',
      StartTime: time,
    },
    state: { Name: 'Prove baseline', EnteredTime: time },
  });
  const [recorded] = await ports.evidence.list(runId);
  return { ...proof, recorded: (JSON.parse(recorded?.text ?? '{}') as { facts?: object }).facts };
}

const upgraded =
  /^Not as before the release: views\. The server was PostgreSQL 15\.18 then and is 16\.13 now: .* compare with a dump/;

it.each([
  ['names the sections alone on one and the same server', '15.18', '15.18', /^Not as before the release: views$/],
  ['does so after a minor update', '15.17 (Debian 15.17-0)', '15.18', /^Not as before the release: views$/],
  ['says that a major upgrade lies between', '15.18', '16.13', upgraded],
])('%s', async (_what, before, after, message) => {
  const proof = prove({ views: 'aa', server: before }, { views: 'bb', server: after });
  await expect(proof).rejects.toMatchObject({
    name: 'BaselineNotProven',
    message: expect.stringMatching(message) as string,
  });
});

it('takes a fingerprint that does not name its server, of a release before this was recorded', async () => {
  await expect(prove({ views: 'aa' }, { views: 'bb', server: '16.13' })).rejects.toThrow(/release: views$/);
  await expect(prove({ views: 'aa' }, { views: 'aa', server: '16.13' })).resolves.toMatchObject({
    outcome: 'rolled_back',
  });
});

const at = (last: number | bigint, called = 't', step = 1, name = 'public.alerts_id_seq') =>
  `${name}=${last}/${called}/${step}`;

it.each([
  ['1 step', at(1), at(2)],
  ['as far as PostgreSQL logs ahead', at(1), at(33)],
  ['downwards, where that is its direction', at(-1, 't', -1), at(-33, 't', -1)],
  ['in its own steps', at(10, 't', 5), at(170, 't', 5)],
  ['beyond what a JavaScript number holds', at(9007199254740993n), at(9007199254741025n)],
  ['beside another that stands still', `${at(1)}\n${at(7, 'f', 1, '"b c"')}`, `${at(33)}\n${at(7, 'f', 1, '"b c"')}`],
])('a sequence that a crash moved %s is named, and no failure', async (_how, before, after) => {
  const proof = await prove({ views: 'aa', sequence_alerts: before }, { views: 'aa', sequence_alerts: after });
  expect([proof.outcome, proof.recorded]).toEqual([
    'rolled_back',
    expect.objectContaining({ equalToEntry: true, movedByCrash: ['sequence_alerts'] }),
  ]);
});

it.each([
  ['further than a crash moves it', at(1), at(34)],
  ['backwards, which would hand out numbers twice', at(33), at(1)],
  ['between its steps', at(10, 't', 5), at(12, 't', 5)],
  ['from never used', at(1, 'f'), at(2)],
  ['with other steps', at(1), at(3, 't', 2)],
  ['under another name', at(1), at(2, 't', 1, 'public.other')],
  ['together with a second one', at(1), `${at(2)}\n${at(2, 't', 1, 'public.z')}`],
  ['away', at(1), 'absent'],
])('a sequence that moved %s is not as before', async (_how, before, after) => {
  await expect(prove({ sequence_alerts: before }, { sequence_alerts: after })).rejects.toThrow(/: sequence_alerts$/);
});

it('excuses no other section by a text that looks like a sequence', async () => {
  await expect(prove({ rows_alerts: at(1) }, { rows_alerts: at(2) })).rejects.toThrow(/: rows_alerts$/);
});

it('proves equal sections, whatever the version of the server', async () => {
  const proof = await prove({ views: 'aa', server: '15.18' }, { views: 'aa', server: '16.13' });
  expect(proof.outcome).toBe('rolled_back');
});
