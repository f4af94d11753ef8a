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
  return proveBaseline(settings, { ...ports, commands: { ...ports.commands, readDocument } })({
    input: state,
    execution: {
      Id: 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Rollback:x',
      Name: 'x',
      StartTime: time,
    },
    state: { Name: 'Prove baseline', EnteredTime: time },
  });
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

it('proves equal sections, whatever the version of the server', async () => {
  const proof = await prove({ views: 'aa', server: '15.18' }, { views: 'aa', server: '16.13' });
  expect(proof.outcome).toBe('rolled_back');
});
