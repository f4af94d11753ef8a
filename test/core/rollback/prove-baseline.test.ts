import { proveBaseline } from '../../../core/rollback/prove-baseline.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { createTestPorts } from '../ports.ts';
import { proven, shutOut } from '../proven.ts';

const runId = '0a1b2c3d4e5f';
const settings = {
  EVIDENCE_BUCKET: 'bucket',
  PACKAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
  NODE_ID: 'mi-0123456789abcdef0',
  START_BY_SECONDS: 45,
  SCRIPTS: ['fingerprint', 'gate'].map((id) => ({
    id,
    document: `one-roof-${id}`,
    sha256: 'a'.repeat(64),
    seconds: 60,
    proof: `^${id} (?<json>.*)$`,
    parameters: id === 'gate' ? [] : ['entrySnapshot'],
  })),
};

/** What the undo of this rollback said, and what earlier steps of the run have recorded. */
interface Undo {
  readonly outcome: 'undone' | 'nothing_to_undo';
  readonly recorded: readonly (readonly [step: string, facts: Readonly<Record<string, string>>])[];
}

/** Proves a database that was `entry` before the release and is `now` after its undo. */
async function prove(
  entry: object,
  now: object,
  seen: (parameters: Readonly<Record<string, string>>) => void = () => undefined,
  reader: 'logs in' | 'is shut out' = 'logs in',
  { outcome, recorded: before }: Undo = { outcome: 'undone', recorded: [] },
) {
  const ports = createTestPorts({
    answer: (request) => {
      if (request.comment.endsWith('fingerprint')) {
        seen(request.parameters);
        return proven(request, `fingerprint ${JSON.stringify(now)}`);
      }
      if (reader === 'logs in') return proven(request, 'gate {"objects":[],"baseline":"as ever"}');
      return shutOut(
        request,
        'psql: error: connection to server failed: FATAL:  role "clerk" is not permitted to log in',
      );
    },
  });
  const readDocument = () => Promise.resolve({ content: '{}', version: '1', hash: 'h' });
  const time = ports.clock.now().toISOString();
  const state = {
    runId,
    entryFingerprint: JSON.stringify(entry),
    waitUntil: '2026-06-03T10:00:00Z',
    cancelledCommands: 0,
    terminatedBackends: 0,
    stampedObjects: 43,
    undo: { outcome },
  };
  for (const [step, facts] of before) await recordEvidence(ports, { runId, step, packageDigest: 'sha256:p', facts });
  const proof = await proveBaseline(settings, { ...ports, commands: { ...ports.commands, readDocument } })({
    input: state,
    execution: {
      Id: 'arn:aws:states:eu-central-1:000000000000:execution:OneRoof-Rollback:x',
      Name: 'x',
      StartTime: time,
    },
    state: { Name: 'Prove baseline', EnteredTime: time },
  });
  const recorded = (await ports.evidence.list(runId)).at(-1);
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

/** A fingerprint of a release that took its snapshot, and one of a proof that was given it. */
const entryWith = (sections: object) => ({ ...sections, snapshot: '90:95:91' });
const nowWith = (sections: object, others: readonly string[] = [], ours: readonly string[] = []) => ({
  ...sections,
  ...{ snapshot: '120:120:', inserted: 'alerts', others: others.join('\n'), ours: ours.join('\n') },
});

it.each([
  ['1 step', at(1), at(2), 'as by a crash'],
  ['as far as PostgreSQL logs ahead', at(1), at(33), 'as by a crash'],
  ['downwards, where that is its direction', at(-1, 't', -1), at(-33, 't', -1), 'as by a crash'],
  ['in its own steps', at(10, 't', 5), at(170, 't', 5), 'as by a crash'],
  ['beyond what a JavaScript number holds', at(9007199254740993n), at(9007199254741025n), 'as by a crash'],
  [
    'beside another that stands still',
    `${at(1)}\n${at(7, 'f', 1, '"b c"')}`,
    `${at(33)}\n${at(7, 'f', 1, '"b c"')}`,
    'as by a crash',
  ],
  ['further than a crash moves it', at(1), at(34), 'by others'],
  ['from never used', at(1, 'f'), at(1), 'by others'],
  [
    'far, together with one that a crash moved',
    `${at(1)}\n${at(1, 't', 1, 'z')}`,
    `${at(2)}\n${at(90, 't', 1, 'z')}`,
    'by others',
  ],
])('a sequence that moved on %s is named, and no failure', async (_how, before, after, how) => {
  const proof = await prove({ views: 'aa', sequence_alerts: before }, { views: 'aa', sequence_alerts: after });
  const others = [`sequence of alerts moved on ${how}`];
  expect(proof).toMatchObject({ outcome: 'rolled_back', others });
  expect(proof.recorded).toMatchObject({ equalToEntry: true, others, excused: ['sequence_alerts'] });
});

it.each([
  ['backwards, which would hand out numbers twice', at(33), at(1)],
  ['back to never used', at(1), at(1, 'f')],
  ['between its steps', at(10, 't', 5), at(12, 't', 5)],
  ['with other steps', at(1), at(3, 't', 2)],
  ['under another name', at(1), at(2, 't', 1, 'public.other')],
  ['together with a second one', at(1), `${at(2)}\n${at(2, 't', 1, 'public.z')}`],
  ['away', at(1), 'absent'],
])('a sequence that moved %s is not as before', async (_how, before, after) => {
  await expect(prove({ sequence_alerts: before }, { sequence_alerts: after })).rejects.toThrow(/: sequence_alerts$/);
});

it('excuses no other section by a text that looks like a sequence', async () => {
  await expect(prove({ rows_orders: at(1) }, { rows_orders: at(2) })).rejects.toThrow(/: rows_orders$/);
});

it.each([
  ['a new view, by name', { views: 'aa' }, { views: 'bb' }, ['view public.fresh'], ['view public.fresh']],
  ['something that is gone', { views: 'aa' }, { views: 'bb' }, [], ['something that is gone now']],
  [
    'rows of a relation that the release only adds to',
    { rows_alerts: '0//' },
    { rows_alerts: '1/5/6' },
    [],
    ['rows of alerts'],
  ],
  [
    'rows that the release changes and its undo has put back',
    { rows_orders: 'a' },
    { rows_orders: 'b' },
    [],
    ['rows of orders'],
  ],
  [
    'the definition of a relation that it works on',
    { relation_orders: 'a', indexes: 'a' },
    { relation_orders: 'b', indexes: 'b' },
    ['index public.o'],
    ['definition of orders', 'index public.o'],
  ],
  [
    'several things',
    { views: 'aa', rows_alerts: 'a' },
    { views: 'bb', rows_alerts: 'b' },
    ['view v'],
    ['rows of alerts', 'view v'],
  ],
])('what others changed is named, and no failure of the rollback: %s', async (_what, before, after, found, others) => {
  const proof = await prove(entryWith(before), nowWith(after, found));
  expect(proof).toMatchObject({ outcome: 'rolled_back', others });
  expect(proof.recorded).toMatchObject({ equalToEntry: true, others, excused: Object.keys(before).sort() });
});

it.each([
  ['rows, where the proof was not told since when', { rows_orders: 'a' }, { rows_orders: 'b' }, 'rows_orders'],
  ['a definition, likewise', { relation_orders: 'a' }, { relation_orders: 'b' }, 'relation_orders'],
  [
    'what is left of it, whatever the sections say',
    { views: 'a' },
    nowWith({ views: 'a' }, [], ['view public.left']),
    'view public.left',
  ],
  ['a section, where the proof was not told since when', { views: 'a' }, { views: 'b' }, 'views'],
])('what is ours is no change of others: %s', async (_what, before, now, named) => {
  await expect(prove(entryWith(before), now)).rejects.toThrow(`Not as before the release: ${named}`);
});

const worked = { rows_orders: 'a', relation_orders: 'a' };
const changed = nowWith({ rows_orders: 'b', relation_orders: 'b' });
const nothingWith = (...recorded: Undo['recorded']): Undo => ({ outcome: 'nothing_to_undo', recorded });

it.each([
  [
    'an earlier rollback has undone the run',
    nothingWith(['tier-0', {}], ['tier-1', {}], ['undo', { outcome: 'undone' }]),
  ],
  ['no tier that writes was kept', nothingWith(['tier-0', {}], ['tier-1-failed', {}])],
])('nor is a change of what the release works on, where %s', async (_what, undo) => {
  const proof = await prove(entryWith(worked), changed, undefined, 'logs in', undo);
  expect(proof).toMatchObject({ outcome: 'rolled_back', others: ['definition of orders', 'rows of orders'] });
});

it.each([
  [
    'what it kept went away otherwise',
    nothingWith(['tier-0', {}], ['tier-1', {}], ['undo', { outcome: 'nothing_to_undo' }]),
  ],
  ['nobody knows what it kept', nothingWith()],
])('what the release works on is not as before if it differs and %s', async (_what, undo) => {
  const proof = prove(entryWith(worked), changed, undefined, 'logs in', undo);
  await expect(proof).rejects.toThrow('Not as before the release: relation_orders, rows_orders');
});

it('asks for what changed since the snapshot that the release took', async () => {
  const sent: Record<string, string>[] = [];
  await prove(entryWith({ views: 'a' }), nowWith({ views: 'a' }), (parameters) => sent.push({ ...parameters }));
  expect(sent).toEqual([expect.objectContaining({ entrySnapshot: '90:95:91' })]);
});

it('proves equal sections, whatever the version of the server', async () => {
  const proof = await prove({ views: 'aa', server: '15.18' }, { views: 'aa', server: '16.13' });
  expect(proof.outcome).toBe('rolled_back');
});

it('does so without the reader, which somebody may have shut out meanwhile', async () => {
  const proof = await prove({ views: 'aa' }, { views: 'aa' }, undefined, 'is shut out');
  expect([proof.outcome, Object.keys(proof.baseline)]).toEqual(['rolled_back', ['fingerprint']]);
  await expect(prove({ views: 'aa' }, { views: 'bb' }, undefined, 'is shut out')).rejects.toThrow(/release: views$/);
});
