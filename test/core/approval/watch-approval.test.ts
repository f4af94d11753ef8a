import { remindsNow, watchApproval } from '../../../core/approval/watch-approval.ts';
import type { StandingExecution } from '../../../core/base/ports.ts';
import { runIdOf } from '../../../core/base/run-id.ts';
import { createTestPorts } from '../ports.ts';

const arn = 'arn:aws:states:eu-central-1:111122223333:execution:OneRoof-Release:first';
const hour = 3600;
const environment = {
  ...{ STATE_MACHINE_ARN: 'm', APPROVAL_STATE: 'Await approval', TOPIC_ARN: 't', TITLE: 'Depot' },
  ...{ PAGE_LINK: 'https://page.example.org/?run=RUN' },
  REMINDER_SECONDS: 12 * hour,
};

/** The messages of one look at a release that has been in a state for so many seconds. */
async function told(waited: number, more: Partial<StandingExecution> = {}, PAGE_LINK = environment.PAGE_LINK) {
  const ports = createTestPorts();
  const since = new Date(ports.clock.now().getTime() - waited * 1000);
  const standing = { standing: () => Promise.resolve([{ arn, state: 'Await approval', since, ...more }]) };
  const messages: string[] = [];
  const notifier = { notify: (subject: string, text: string) => Promise.resolve(void messages.push(subject, text)) };
  await watchApproval({ ...environment, PAGE_LINK }, { ...ports, standing, notifier })();
  return messages;
}

it('an approver who has not answered is reminded, with the link, and of since when', async () => {
  const [subject, text] = await told(12 * hour + 60);
  expect(subject).toBe('Depot: a release still waits for approval');
  expect(text).toContain('still waiting for your decision, since 2026-06-02 21:59 UTC.');
  expect(text).toContain(`https://page.example.org/?run=${runIdOf(arn)}`);
});

it('without a page the reminder holds the commands instead', async () => {
  const [, text] = await told(12 * hour + 60, {}, '');
  expect(text).toContain(`one-roof approve --execution ${arn} --apr`);
  expect(text).toContain(`one-roof reject --execution ${arn} --reason`);
});

it.each([
  ['before the first reminder is due', 11 * hour, {}],
  ['long after one that was sent', 14 * hour, {}],
  ['when the release does not wait for an answer', 12 * hour + 60, { state: 'Tier 1 Structure' }],
])('nobody is told anything %s', async (_when, waited, more) => {
  expect(await told(waited, more)).toEqual([]);
});

it('a message that cannot be sent hides no figure: everything is logged first, and the watch fails', async () => {
  const ports = createTestPorts();
  const since = new Date(ports.clock.now().getTime() - (12 * hour + 60) * 1000);
  const both = ['a', 'b'].map((name) => ({ arn: name, state: 'Await approval', since }));
  const lines: string[] = [];
  const log = { ...ports.log, info: (message: string) => void lines.push(message) };
  const notifier = { notify: () => Promise.reject(new Error('the topic is gone')) };
  const standing = { standing: () => Promise.resolve(both) };
  await expect(watchApproval(environment, { ...ports, log, standing, notifier })()).rejects.toThrow(
    'the topic is gone',
  );
  expect(lines).toEqual(['approval waits', 'approval waits']);
});

/** How often each reminder of a request is sent when the looks come as given, in seconds after it was asked. */
function reminders(looks: readonly number[]): number[] {
  const counts = [0, 0, 0, 0];
  for (const waited of looks)
    if (remindsNow(waited, environment.REMINDER_SECONDS))
      counts[Math.floor(waited / environment.REMINDER_SECONDS)]! += 1;
  return counts;
}

it('however the looks fall, and up to a minute late, each reminder comes: at least once, at most twice', () => {
  for (let offset = 0; offset < 900; offset += 7) {
    const times = Array.from({ length: 192 }, (_, index) => offset + index * 900);
    const late = times.map((time, index) => time + ((index * 37 + offset) % 60));
    for (const looks of [times, late]) {
      const [none, ...sent] = reminders(looks.filter((time) => time < 48 * hour));
      expect(none).toBe(0);
      expect(Math.min(...sent)).toBeGreaterThanOrEqual(1);
      expect(Math.max(...sent)).toBeLessThanOrEqual(2);
    }
  }
});
