import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endedSchema, eventTypes, waitsSchema } from '../../../core/base/release-event.ts';
import { endings, endingTable } from '../../../core/ending/ending-table.ts';
import { announce } from '../../../core/report/announce.ts';
import { warehousePlan } from '../package/warehouse.ts';
import { createTestPorts } from '../ports.ts';
import { execution, hostile, playRollbackReport, playRun, playStopped, rollbackExecution, runId } from './runs.ts';

const packageDigest = `sha256:${'a'.repeat(64)}`;
const settings = {
  EVIDENCE_BUCKET: 'none',
  PACKAGE_DIGEST: packageDigest,
  EVENT_BUS: 'none',
  APPROVAL_SECONDS: 3600,
  TITLE: 'Warehouse prices',
};
const gate = {
  ...{ status: 'READY' as const, blockers: '', explanations: [], notes: [hostile], conditions: [] },
  readAt: '2026-06-03T10:00:00.000Z',
};
const waiting = { runId, packageDigest, ready: true, gate, documents: {}, answersLeft: 3, startBySeconds: 45 };
const documented = readFileSync(join(__dirname, '../../../docs/events.md'), 'utf8');

async function announced(Name: string, input: object, of = execution) {
  const ports = createTestPorts();
  const state = { Name, EnteredTime: '2026-06-03T10:00:20.000Z' };
  await announce(settings, ports)({ input, execution: of, state });
  return ports.announced;
}

test('a release that waits says for what, until when, and how often it may still be answered', async () => {
  const input = { ...waiting, askedAgainBecause: hostile };
  const [event] = await announced('Announce wait', input);
  expect(event?.type).toBe(eventTypes.waits);
  expect(waitsSchema.parse(event?.detail)).toEqual({
    ...{ version: 1, title: 'Warehouse prices', packageDigest, runId, execution: execution.Id },
    ...{ at: '2026-06-03T10:00:20.000Z', waitsFor: 'approval', expiresAt: '2026-06-03T11:00:20.000Z', answersLeft: 3 },
  });
});

test.each(endings)(
  'the ending %s is announced by its name, without a word of an error or an approval code',
  async (name) => {
    const { ports } = await playRun(name, hostile);
    expect(ports.announced.map(({ type }) => type)).toEqual([eventTypes.released]);
    const detail = endedSchema.parse(ports.announced[0]?.detail);
    const { exitCode, endsIn } = endingTable[name];
    expect(detail.ending).toEqual({ name, state: endsIn.name, exitCode });
    expect(detail).toMatchObject({ runId, report: '/reports/report.md' });
    for (const secret of [hostile, 'script', warehousePlan.approval.code.example, 'REFUSING'])
      expect(JSON.stringify(detail)).not.toContain(secret);
  },
);

test('a release whose report could not be written is announced all the same', async () => {
  const [event] = await announced('Announce ending', {
    error: { Error: 'ApprovalRejected', Cause: 'no' },
    reportError: { Error: 'States.Timeout' },
    ...waiting,
  });
  expect(endedSchema.parse(event?.detail).ending.name).toBe('rejected');
  expect(event?.detail).not.toHaveProperty('report');
});

test('a rollback says how it ended, unless it has nothing new to say', async () => {
  const { announced: events } = await playStopped();
  expect(events.map(({ type }) => type)).toEqual([eventTypes.rolledBack]);
  const ending = { name: 'rolled_back', state: 'Rolled back', exitCode: endingTable.rolled_back.exitCode };
  expect(endedSchema.parse(events[0]?.detail)).toMatchObject({ runId, ending, execution: rollbackExecution.Id });
  const { ports } = await playRun('released');
  const before = ports.announced.length;
  await playRollbackReport(ports, { runId, outcome: 'nothing_to_roll_back' });
  expect(ports.announced).toHaveLength(before);
});

test('a rollback that failed, and could not even find its release, is announced', async () => {
  for (const input of [
    { error: { Error: 'FenceNotProven' } },
    { error: { Error: 'FenceNotProven' }, reportError: { Error: 'States.Timeout' } },
  ]) {
    const [event] = await announced('Announce ending', input, rollbackExecution);
    expect(endedSchema.parse(event?.detail)).toMatchObject({
      ending: { name: 'needs_a_human', state: 'Needs a human' },
    });
    expect(event?.detail).not.toHaveProperty('runId');
  }
});

test('docs/events.md names every field and every kind, and its example is one', () => {
  for (const field of [...Object.keys(waitsSchema.shape), ...Object.keys(endedSchema.shape)])
    expect(documented).toMatch(new RegExp(`^\\| \`${field}\` \\| .+ \\|$`, 'm'));
  for (const type of Object.values(eventTypes)) expect(documented).toContain(`| \`${type}\` |`);
  const example = /```json\n([^`]+)```/.exec(documented)?.[1] ?? '';
  const { ending } = endedSchema.parse(JSON.parse(example));
  expect(ending.exitCode).toBe(endingTable.rolled_back.exitCode);
});
