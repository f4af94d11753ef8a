import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecisionFolder } from '../../../local/driver/decision-folder.ts';
import { createEvidenceFolder } from '../../../local/driver/evidence-folder.ts';
import { localReferences, resolveVariables } from '../../../local/driver/template.ts';
import { bindHandler } from '../../../local/functions/handlers.ts';
import { createTestPorts } from '../../core/ports.ts';
import { synthesized } from '../../lib/synthesized.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'one-roof-ids-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const hostile = [
  '../../outside',
  '/etc/cron.d/x',
  'rehearsals',
  '0123456789ab/../x',
  '0123456789AB',
  '',
  '0123456789ab\n',
];
/** They take the id of their run from the execution, never from what they are given. */
const fromExecution = new Set([
  'check-gate',
  'fence',
  'check-disk',
  'record-rehearsal',
  'watch-approval',
  'check-drift',
]);
const { functions, template } = synthesized();
const named = functions.filter(({ handler }) => !fromExecution.has(handler));

test.each(named.map(({ name, handler, environment }) => [name, handler, environment] as const))(
  '%s takes nothing for a run id that is none, sends nothing and writes nothing',
  async (_name, handlerName, environment) => {
    const ports = createTestPorts();
    const evidence = createEvidenceFolder(join(root, 'runs'));
    const unused = () => Promise.reject(new Error('not needed'));
    const executions = { enteredStates: unused, stopCause: unused, newest: unused };
    const all = { ...ports, evidence, executions, standing: { standing: unused } };
    const handler = bindHandler(handlerName, resolveVariables(environment, localReferences(template)), all);
    const time = '2026-06-03T10:00:00.000Z';
    const execution = { Id: 'arn:aws:states:eu-central-1:000000000000:execution:x:y', Name: 'y', StartTime: time };
    for (const runId of hostile) {
      const input = { runId, waitUntil: time, outcome: 'rolled_back', undoReleased: runId };
      const answer = handler({ input, execution, state: { Name: 'any', EnteredTime: time } });
      await expect(answer).rejects.toMatchObject({
        name: 'InputInvalid',
        message: expect.stringContaining('runId') as unknown,
      });
    }
    expect([ports.sent, readdirSync(root), existsSync(join(root, '../outside'))]).toEqual([[], [], false]);
  },
);

test.each(hostile.filter((id) => id !== 'rehearsals'))('the evidence folder has no place for %j', async (runId) => {
  const store = createEvidenceFolder(join(root, 'a', 'b'));
  await expect(store.write(runId, 1, '{}')).rejects.toThrow('is not a run id');
  await expect(store.writeReport(runId, 'report.md', 'x')).rejects.toThrow('is not a run id');
  await expect(store.list(runId)).rejects.toThrow('is not a run id');
  expect(readdirSync(root)).toEqual([]);
});

test.each(['../report.md', 'report.md/../../x', '.hidden.md', 'report.exe', '', '0001.json\u0000.md'])(
  'the evidence folder stores no report as %j',
  async (name) => {
    const store = createEvidenceFolder(root);
    await expect(store.writeReport('0123456789ab', name, 'x')).rejects.toThrow('is not the name of a report file');
    expect(readdirSync(root)).toEqual([]);
  },
);

test.each([0, -1, 1.5, 10_000, Number.NaN])('an entry has a number of four digits, and not %d', async (sequence) => {
  await expect(createEvidenceFolder(root).write('0123456789ab', sequence, '{}')).rejects.toThrow('1 to 9999');
});

const uuid = '00000000-0000-4000-8000-000000000001';
test.each([
  `decisions/0123456789ab/../3-${uuid}.json`,
  `../decisions/0123456789ab/3-${uuid}.json`,
  `runs/0123456789ab/3-${uuid}.json`,
  `decisions/0123456789ab/3-${uuid}.json/x`,
  `decisions/0123456789AB/3-${uuid}.json`,
  '',
])('the decisions have no place for %j', async (key) => {
  const store = createDecisionFolder(join(root, 'a', 'b'));
  await expect(store.write(key, '{}')).rejects.toThrow('is not the key of a decision');
  await expect(store.read(key)).rejects.toThrow('is not the key of a decision');
  expect(readdirSync(root)).toEqual([]);
});
