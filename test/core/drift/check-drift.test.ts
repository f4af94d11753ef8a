import { join } from 'node:path';
import { namedDigest } from '../../../core/base/digest.ts';
import { DRIFT } from '../../../core/base/evidence-key.ts';
import { checkDrift } from '../../../core/drift/check-drift.ts';
import { aspects, type ReleasedState, sealedStep } from '../../../core/drift/released-state.ts';
import { recordEvidence } from '../../../core/evidence/evidence.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { createTestPorts, type TestPorts } from '../ports.ts';
import { proven } from '../proven.ts';

const [run, nextRun] = ['0123456789ab', 'ba9876543210'];
const packageDigest = `sha256:${'0'.repeat(64)}`;
const orders = describePackage(readPackageFiles(join(__dirname, '../../../examples/orders')));
const script = {
  ...{ id: 'drift', document: 'one-roof-drift', sha256: 'c'.repeat(64), seconds: 30 },
  ...{ proof: '^(?<json>.*)$', parameters: ['entrySnapshot'] },
};
const environment = {
  ...{ EVIDENCE_BUCKET: 'bucket', PACKAGE_DIGEST: packageDigest, NODE_ID: 'mi-0123456789abcdef0' },
  ...{
    START_BY_SECONDS: 45,
    SCRIPTS: [script],
    PACKAGE: 'ledger',
    TITLE: 'A package',
    TOPIC_ARN: 'topic',
    LATER_BUCKETS: [],
  },
};

const likeThis = (changes: Partial<Record<(typeof aspects)[number], string>> = {}) =>
  aspects.map((aspect) => changes[aspect] ?? `${aspect} digest`);
const sealed: ReleasedState = {
  ...{ run, state: 'released', server: '16.4', snapshot: '5:5:', later: [], digest: 'd' },
  objects: { 'view open_orders': likeThis(), 'table orders': likeThis() },
  rows: { orders: { rows: 2, sum: '3', whole: true, keys: { a: '1', b: '2' } } },
};
const nothing: ReleasedState = {
  ...{ ...sealed, run: null, state: null, digest: 'none', rows: {} },
  objects: { 'view open_orders': null, 'table orders': null },
};

/** Ports whose database shows `now`, and whose evidence holds the seal. */
async function watched(now: { state: ReleasedState }): Promise<TestPorts> {
  const ports = createTestPorts({ answer: (request) => proven(request, JSON.stringify(now.state)) });
  const commands = {
    ...ports.commands,
    readDocument: () => Promise.resolve({ content: '{}', version: '1', hash: 'h' }),
  };
  await recordEvidence(ports, { runId: run, step: 'check-gate', packageDigest, facts: {} });
  await recordEvidence(ports, { runId: run, step: sealedStep, packageDigest, facts: sealed });
  return { ...ports, commands };
}

const look = (ports: TestPorts) => checkDrift(environment, ports)();

it('asks the database once while nothing differs, and tells nobody', async () => {
  const ports = await watched({ state: sealed });
  expect(await look(ports)).toEqual({ outcome: 'as_sealed', run, differences: [], planned: [] });
  expect([ports.sent.length, ports.messages, ports.warnings]).toEqual([1, [], []]);
});

it('logs a difference at each look, and tells people and evidence what is new', async () => {
  const now: { state: ReleasedState } = {
    state: { ...sealed, digest: 'e', objects: { ...sealed.objects, 'table orders': likeThis({ owner: 'b' }) } },
  };
  const ports = await watched(now);
  for (const _day of [1, 2]) expect(await look(ports)).toMatchObject({ outcome: 'drifted' });
  now.state = sealed;
  expect(await look(ports)).toMatchObject({ outcome: 'as_sealed' });
  expect(ports.warnings).toEqual(Array(2).fill('released state differs from its seal'));
  expect(ports.messages).toEqual([`A package, release ${run}: 1 differences from its seal`]);
  const noted = parseEntries(await ports.evidence.list(DRIFT)).map(({ facts }) => facts);
  expect(noted).toEqual([
    {
      package: 'ledger',
      outcome: 'drifted',
      run,
      differences: ['table orders: owner (owner digest → b) changed.'],
      planned: [],
    },
    { package: 'ledger', outcome: 'as_sealed', run, differences: [], planned: [] },
  ]);
});

it('knows a release whose every stamp was lost, until it was taken back', async () => {
  const now = { state: sealed };
  const ports = await watched(now);
  await look(ports);
  now.state = nothing;
  expect(await look(ports)).toEqual({
    ...{ outcome: 'drifted', run, planned: [] },
    differences: ['table orders: is gone.', 'view open_orders: is gone.'],
  });
  await recordEvidence(ports, { runId: run, step: 'undo', packageDigest, facts: { outcome: 'undone' } });
  expect(await look(ports)).toEqual({ outcome: 'nothing_sealed', differences: [], planned: [] });
});

it('takes no look at another package, in the same folder, for one of its own', async () => {
  const now = { state: sealed };
  const ports = await watched(now);
  await look(ports);
  now.state = nothing;
  const next = checkDrift({ ...environment, PACKAGE: 'next' }, ports);
  expect(await next()).toEqual({ outcome: 'nothing_sealed', differences: [], planned: [] });
  expect(await look(ports)).toMatchObject({ outcome: 'drifted', run });
});

it('says nothing about a database in which nothing was ever sealed', async () => {
  expect(await look(await watched({ state: nothing }))).toMatchObject({ outcome: 'nothing_sealed' });
});

it('compares with no record that somebody has changed', async () => {
  const ports = await watched({ state: sealed });
  ports.forge(run, 1, (text) => text.replace('check-gate', 'check-gates'));
  expect(await look(ports)).toMatchObject({ outcome: 'not_recorded', run });
});

describe('a later release that builds on this one', () => {
  const later = [{ package: 'orders', run: nextRun }];
  const changed = {
    'view open_orders': likeThis({ definition: 'x' }),
    'table orders': likeThis({ definition: 'x', owner: 'b' }),
  };
  const state = { ...sealed, later, digest: 'e', objects: changed, rows: {} };
  const sealNext = async (ports: TestPorts, archive: string, digest = orders.digest) => {
    const facts = { archive: namedDigest(archive) };
    await ports.evidence.writeArchive(nextRun, archive);
    await recordEvidence(ports, { runId: nextRun, step: 'check-gate', packageDigest: digest, facts });
  };
  const all = [
    'table orders: definition and owner (owner digest → b) changed.',
    'view open_orders: definition changed.',
  ];

  it('may change what its plan says, and nothing else', async () => {
    const ports = await watched({ state });
    await sealNext(ports, orders.archive);
    expect(await look(ports)).toMatchObject({
      outcome: 'drifted',
      differences: ['table orders: owner changed.'],
      planned: all,
    });
  });

  it('explains rows that it updates', async () => {
    const rows = { orders: { rows: 1, sum: '1', whole: true, keys: { a: '1', b: '9' } } };
    const ports = await watched({ state: { ...sealed, later, rows } });
    expect(await look(ports)).toMatchObject({ differences: ['table orders: row with key b changed.'] });
    await sealNext(ports, orders.archive);
    expect(await look(ports)).toMatchObject({
      outcome: 'as_sealed',
      planned: ['table orders: row with key b changed.'],
    });
  });

  it.each([
    ['is not there', () => Promise.resolve()],
    ['is of another package', (ports: TestPorts) => sealNext(ports, orders.archive, packageDigest)],
    ['was changed', (ports: TestPorts) => sealNext(ports, orders.archive.replace('open_orders', 'shut_orders'))],
  ])('explains nothing when its package %s', async (_what, seal) => {
    const ports = await watched({ state });
    await seal(ports);
    expect(await look(ports)).toMatchObject({ differences: all, planned: [] });
  });
});
