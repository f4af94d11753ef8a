import { systemClock } from '../../../aws/clock.ts';
import { runIdOf } from '../../../core/base/run-id.ts';
import { runStep } from '../../../core/base/step-log.ts';
import { recordEvidence, recordFailure } from '../../../core/evidence/evidence.ts';
import { parseEntries } from '../../../core/evidence/parse-entries.ts';
import { logged } from '../logged.ts';
import { createTestPorts } from '../ports.ts';

type Line = Record<string, unknown>;

/** What a step writes, as CloudWatch gets it. */
async function written(event: unknown, step: Parameters<typeof runStep>[2]): Promise<Line[]> {
  const lines = await logged((log) => runStep({ clock: systemClock, log }, event, step));
  return lines.map((line) => JSON.parse(line) as Line);
}

const Id = 'arn:aws:states:eu-central-1:111122223333:execution:OneRoof-Release:x';
const event = {
  input: {},
  execution: { Id, Name: 'x', StartTime: '' },
  state: { Name: 'Check gate', EnteredTime: '' },
};
const says: Parameters<typeof runStep>[2] = ({ log }) => {
  log.info('Command sent', { command: 'one-roof/0123456789ab/gate-check' });
  log.warn('SSM throttles the command; it was not accepted');
  return Promise.resolve();
};

test('each line is one JSON object with level, time, message and service, and names run and state', async () => {
  const lines = await written(event, says);
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['INFO', 'step began'],
    ['INFO', 'Command sent'],
    ['WARN', 'SSM throttles the command; it was not accepted'],
    ['INFO', 'step ended'],
  ]);
  for (const line of lines) {
    expect(line).toMatchObject({ service: 'one-roof-release', runId: runIdOf(Id), state: 'Check gate' });
    expect(Number.isNaN(Date.parse(String(line['timestamp'])))).toBe(false);
  }
  expect(lines[1]).toMatchObject({ command: 'one-roof/0123456789ab/gate-check' });
});

test('the lines of one run do not name the run before it', async () => {
  await written(event, says);
  const lines = await written({ ...event, execution: { ...event.execution, Id: `${Id}2` } }, says);
  expect(new Set(lines.map(({ runId }) => runId))).toEqual(new Set([runIdOf(`${Id}2`)]));
});

test.each([
  ['the state says it', { runId: '0123456789ab' }, '0123456789ab'],
  ['it undoes another one', { release: { Id: 'arn:other', Name: 'y', StartTime: 0 } }, runIdOf('arn:other')],
])('a step of which %s is logged under that run', async (_why, input, runId) => {
  const lines = await written({ ...event, input }, says);
  expect(lines.map((line) => line['runId'])).toEqual(lines.map(() => runId));
});

test('an error is logged by its name alone: its message may hold anything', async () => {
  const lines = await written(event, () => Promise.reject(new TypeError('select secret from users')));
  expect(lines.at(-1)).toMatchObject({ level: 'WARN', message: 'step failed', error: 'TypeError' });
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('what no state has called is logged too, without a run', async () => {
  const lines = await written({ 'detail-type': 'Scheduled Event' }, says);
  expect(lines).toHaveLength(4);
  expect(lines[0]).not.toHaveProperty('runId');
});

describe('each entry of a step names the commands that the step sent before it', () => {
  const runId = runIdOf(Id);
  const entry = { runId, step: 'tier-1', packageDigest: 'sha256:p' };
  const request = (script: string) => ({
    ...{ document: `shop-${script}`, documentVersion: '3', documentHash: 'h', nodeId: 'mi-1', deliverySeconds: 30 },
    comment: `one-roof/${runId}/${script}`,
    parameters: { sha256: 'f'.repeat(64), ratifiedApr: 'APR-1' },
  });
  const named = (script: string, commandId: string) => ({
    ...{ commandId, comment: `one-roof/${runId}/${script}`, document: `shop-${script}`, documentVersion: '3' },
    sha256: 'f'.repeat(64),
  });

  it('and an entry of another step names none of them', async () => {
    const ports = createTestPorts();
    await runStep(ports, event, async (own) => {
      await own.commands.send(request('tier-1'));
      await recordEvidence(own, { ...entry, facts: {} });
      await own.commands.send(request('probe'));
      await recordEvidence(own, { ...entry, facts: {} });
    });
    await runStep(ports, event, async (own) => void (await recordEvidence(own, { ...entry, facts: {} })));
    const entries = parseEntries(await ports.evidence.list(runId));
    const first = named('tier-1', 'command-1');
    expect(entries.map(({ commands }) => commands)).toEqual([[first], [first, named('probe', 'command-2')], undefined]);
  });

  it('also that of a step that failed', async () => {
    const ports = createTestPorts();
    await runStep(ports, event, async (own) => {
      await own.commands.send(request('tier-1'));
      await recordFailure(own, entry, new Error('lost'));
    });
    expect(parseEntries(await ports.evidence.list(runId))[0]).toMatchObject({
      step: 'tier-1-failed',
      commands: [named('tier-1', 'command-1')],
    });
  });
});
