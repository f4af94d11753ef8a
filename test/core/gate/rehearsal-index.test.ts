import { createTestPorts } from '../ports.ts';
import { findRehearsal, indexRehearsal } from '../../../core/gate/rehearsal-index.ts';
import type { RehearsalSummary } from '../../../core/base/rehearsal-summary.ts';

const [mine, other] = ['sha256:mine', 'sha256:other'];
const passed: RehearsalSummary = {
  runId: '0123456789ab',
  result: 'passed',
  reason: '',
  bytes: 1,
  probe: '{}',
  signature: 'present',
  copySeconds: 1,
  expectedSeconds: 2,
  tiers: [],
  locks: [],
  unlike: [],
};
const demand = { required: true, days: 14, packageDigest: mine };
const day = 24 * 3600 * 1000;

test('without any rehearsal the gate says that it is missing', async () => {
  const { blocker } = await findRehearsal(createTestPorts(), demand);
  expect(blocker?.code).toBe('rehearsal_missing');
});

test('the last rehearsal of the package counts: one that failed closes the gate, whatever had passed before', async () => {
  const ports = createTestPorts();
  await indexRehearsal(ports, mine, passed);
  await indexRehearsal(ports, mine, { ...passed, result: 'failed', reason: 'a row was left' });
  const { blocker, rehearsal } = await findRehearsal(ports, demand);
  expect([blocker?.code, rehearsal]).toEqual(['rehearsal_failed', undefined]);
  expect(blocker?.explanation).toContain('a row was left');
  await indexRehearsal(ports, mine, passed);
  expect((await findRehearsal(ports, demand)).blocker).toBeUndefined();
});

test('a rehearsal that was refused before it began neither closes the gate nor opens it', async () => {
  const ports = createTestPorts();
  const refused = { ...passed, result: 'refused' as const, reason: 'the disk is full' };
  await indexRehearsal(ports, mine, refused);
  expect((await findRehearsal(ports, demand)).blocker?.code).toBe('rehearsal_missing');
  await indexRehearsal(ports, mine, passed);
  await indexRehearsal(ports, mine, refused);
  const { blocker, rehearsal } = await findRehearsal(ports, demand);
  expect([blocker, rehearsal?.result]).toEqual([undefined, 'passed']);
  await indexRehearsal(ports, mine, { ...passed, result: 'failed', reason: 'a row was left' });
  await indexRehearsal(ports, mine, refused);
  expect((await findRehearsal(ports, demand)).blocker?.code).toBe('rehearsal_failed');
});

test('a rehearsal of another package does not open the gate, and is named as such', async () => {
  const ports = createTestPorts();
  await indexRehearsal(ports, other, passed);
  const { blocker, rehearsal } = await findRehearsal(ports, demand);
  expect([blocker?.code, rehearsal]).toEqual(['rehearsal_of_another_package', undefined]);
});

test('a rehearsal opens the gate for as many days as the setting says, and is stale afterwards', async () => {
  const ports = createTestPorts();
  await indexRehearsal(ports, mine, passed);
  await indexRehearsal(ports, other, passed);
  await ports.clock.sleep(14 * day);
  expect((await findRehearsal(ports, demand)).blocker).toBeUndefined();
  await ports.clock.sleep(1);
  const { blocker, rehearsal } = await findRehearsal(ports, demand);
  expect(blocker?.code).toBe('rehearsal_stale');
  expect(rehearsal?.runId).toBe(passed.runId);
});

test('where none is required nothing blocks, but the latest is still shown', async () => {
  const ports = createTestPorts();
  const none = { ...demand, required: false };
  expect(await findRehearsal(ports, none)).toEqual({});
  await indexRehearsal(ports, mine, passed);
  expect((await findRehearsal(ports, none)).rehearsal?.result).toBe('passed');
});

test('what each statement took is found apart from what the approver is shown', async () => {
  const ports = createTestPorts();
  const times = { 'tier-1': [{ milliseconds: 3.1, rows: 30 }] };
  await indexRehearsal(ports, mine, passed, times);
  const { rehearsal, statements } = await findRehearsal(ports, demand);
  expect(statements).toEqual(times);
  expect(JSON.stringify(rehearsal)).not.toContain('milliseconds');
});
