import { checkAnswer } from '../../../core/approval/check-answer.ts';
import type { CalendarState } from '../../../core/base/ports.ts';
import { readGate } from '../../../core/gate/read-gate.ts';
import { createStage, digest, settings } from '../package/warehouse-stage.ts';
import { execution, runId } from '../report/runs.ts';

/** What *Check answer* makes of a right answer, given after the world changed: from what it reads then, or by what it waits for. */
async function answered(changed: { line?: object; calendar?: () => Promise<CalendarState>; content?: string } = {}) {
  const stage = createStage();
  const { gate, documents } = await readGate(stage, settings, runId, stage.clock.now());
  const { line = {}, calendar = () => Promise.resolve({ open: true }), content } = changed;
  const later = createStage(line);
  const commands = {
    ...later.commands,
    readCalendar: calendar,
    ...(content === undefined ? {} : { readDocument: () => Promise.resolve({ content, version: '2', hash: 'other' }) }),
  };
  const shown = { runId, packageDigest: digest, gate, documents, ready: true, answersLeft: 3, startBySeconds: 45 };
  const state = { Name: 'Check answer', EnteredTime: later.clock.now().toISOString() };
  const input = { ...shown, answer: { apr: 'WHS-2026-11', packageDigest: digest } };
  const environment = { ...settings, CHANGE_CALENDAR: 'freezes' };
  return checkAnswer(environment, { ...later, commands })({ input, execution, state });
}

test('a release whose gate, documents and calendar are as they were shown is approved', async () => {
  expect(await answered()).toMatchObject({ decision: 'approved' });
});

test.each<[string, () => Promise<CalendarState>]>([
  ['closed', () => Promise.resolve({ open: false, until: '2026-06-04T00:00:00Z' })],
  ['not there', () => Promise.reject(Object.assign(new Error('no'), { name: 'InvalidDocument' }))],
  ['not to be read', () => Promise.reject(new Error('denied'))],
])(
  'a release that was approved before a freeze does not start inside it: the calendar is %s',
  async (_what, calendar) => {
    const { decision, reason } = await answered({ calendar });
    expect([decision, reason]).toEqual(['stale', 'The gate has closed since it was shown: frozen;']);
  },
);

test('a release whose gate or documents changed since does not start', async () => {
  const closed = await answered({ line: { server: 140000 } });
  expect(closed).toMatchObject({ decision: 'stale', reason: expect.stringContaining('The gate has closed') as string });
  const documents = await answered({ content: '{"schemaVersion":"2.2" }' });
  expect(documents).toMatchObject({
    decision: 'stale',
    reason: 'The command documents have changed since the gate was shown.',
  });
});
