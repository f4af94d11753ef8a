import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkAnswer } from '../../../core/approval/check-answer.ts';
import { requestApproval } from '../../../core/approval/request-approval.ts';
import { endings } from '../../../core/ending/ending-table.ts';
import { blockerRows, gateRows, headlines } from '../../../core/gate/gate-rows.ts';
import { readGate } from '../../../core/gate/read-gate.ts';
import { synthesizeRelease } from '../../../lib/house/synthesize.ts';
import { createRunPorts, execution, playRun, playStopped, runId } from '../report/runs.ts';
import { packageWordsIn } from './package-words.ts';
import { warehouseGate, warehousePlan, writeWarehouse } from './warehouse.ts';
import { createStage, digest, settings } from './warehouse-stage.ts';

/** What in a text belongs to the package of this repository; `one-roof` is the name of the tool. */
function foreignIn(text: string): string[] {
  return [...packageWordsIn(text), ...(text.match(/One-?Roof|\bgovernance\b|APR-\w+/g) ?? [])];
}

const { title } = warehousePlan;
const { conditions } = warehouseGate;
const short = conditions.map((each) =>
  each.id === 'shipments' ? { ...each, measured: '2', ok: false, blocker: 'shipments_under_way;' } : each,
);

test('its gate is shown in its own words, open and closed', async () => {
  const ports = createStage();
  const open = await readGate(ports, settings, runId, ports.clock.now());
  expect(gateRows(open.gate).map(({ name, measured }) => `${name}=${measured}`)).toEqual([
    'articles=1200',
    'shipments=0',
  ]);
  expect(headlines(open.gate)).toEqual(['articles=1200']);
  const closed = await readGate(createStage({ conditions: short }), settings, runId, ports.clock.now());
  expect(closed.gate.status).toBe('BLOCKED');
  expect(blockerRows(closed.gate)).toEqual([{ code: 'shipments_under_way', remedy: 'Wait for the lorry.' }]);
  expect(foreignIn(JSON.stringify([open, closed]))).toEqual([]);
});

test.each([
  ['WHS-2026-11', 'approved', ''],
  ['WHS-2026-1', 'approved', ''],
  ['APR-BOOT-AUTHMODEL-1', 'ask_again', 'looks like WHS-2026-11 (at most 12 characters'],
  ['WHS-2026-1111', 'ask_again', 'looks like WHS-2026-11'],
  ['chg-2026-11', 'ask_again', 'looks like WHS-2026-11'],
])('its approver who answers %s gets: %s', async (apr, decision, reason) => {
  const ports = createStage();
  const { gate, documents } = await readGate(ports, settings, runId, ports.clock.now());
  const asked = { runId, packageDigest: digest, gate, documents, ready: true, answersLeft: 2, startBySeconds: 45 };
  const state = { Name: 'Check answer', EnteredTime: ports.clock.now().toISOString() };
  const event = { input: { ...asked, answer: { apr, packageDigest: digest } }, execution, state };
  const decided = await checkAnswer(settings, ports)(event);
  expect(decided).toMatchObject({ decision, reason: expect.stringContaining(reason) as string });
  expect(foreignIn(JSON.stringify(decided))).toEqual([]);
});

test('its approver is asked in its name', async () => {
  const ports = createRunPorts();
  const messages: string[] = [];
  const notifier = { notify: (subject: string, body: string) => Promise.resolve(void messages.push(subject, body)) };
  const environment = { ...settings, TOPIC_ARN: 'none', APPROVAL_SECONDS: 3600, TITLE: title };
  const gate = { ...warehouseGate, explanations: [], notes: [], readAt: '2026-06-03T10:00:00.000Z' };
  const asked = { runId, packageDigest: digest, ready: true, documents: {}, answersLeft: 2, startBySeconds: 45 };
  const state = { Name: 'Await approval', EnteredTime: '2026-06-03T10:00:00.000Z' };
  await requestApproval(environment, { ...ports, notifier })({ input: { ...asked, gate }, execution, state });
  expect(messages[0]).toBe('Warehouse prices: a release waits for approval');
  expect(foreignIn(messages.join('\n'))).toEqual([]);
});

test.each(endings)('its report of a run that ended as %s holds no word of another package', async (name) => {
  const { files, markdown, ports } = await playRun(name);
  expect(markdown).toContain('# Warehouse prices, release');
  expect(foreignIn([...files.values(), ...ports.bodies].join('\n'))).toEqual([]);
});

test('its report of a rollback holds no word of another package', async () => {
  const { files } = await playStopped();
  expect(files.get('rollback-0011.md')).toContain('# Warehouse prices, rollback of');
  expect(foreignIn([...files.values()].join('\n'))).toEqual([]);
});

test('its stack holds no word of another package, and sends its code form to the node', () => {
  const packageDirectory = mkdtempSync(join(tmpdir(), 'warehouse-'));
  writeWarehouse(packageDirectory);
  const release = synthesizeRelease({ packageDirectory, settings: { nodeId: settings.NODE_ID } });
  rmSync(packageDirectory, { recursive: true });
  const text = JSON.stringify(release).replaceAll(/one_roof_payload='([^']+)'/g, (_all, packed: string) =>
    gunzipSync(Buffer.from(packed, 'base64')).toString(),
  );
  // CloudWatch calls the scale of a graph by a word that is one of the package's.
  expect(foreignIn(text.replaceAll('yAxis', ''))).toEqual([]);
  const own = [
    'Tier 3 Prices',
    'Warehouse-Release',
    '^WHS-[0-9]{4}-[0-9]{1,3}$',
    'stock_clerk',
    'A step in the warehouse',
  ];
  expect(own.filter((words) => !text.includes(words))).toEqual([]);
});
