import type { Environment } from '../base/environment.ts';
import { toTheMinute } from '../base/instant.ts';
import { logLines, waitingHours } from '../base/log-lines.ts';
import type { StandingExecution } from '../base/ports.ts';
import type { WatchPorts } from '../base/step-ports.ts';
import { runIdOf } from '../base/run-id.ts';
import { visibleLines } from '../base/visible.ts';
import { howToDecide } from './how-to-decide.ts';

type WatchEnvironment = Environment<'watch-approval'>;

/** Minutes between two looks: a small part of the hours after which somebody is reminded, or called by an alarm. */
export const WATCH_MINUTES = 15;
/** Seconds by which a schedule may be late. A reminder that comes twice does no harm; one that never comes does. */
const LATE_SECONDS = 60;

/**
 * Whether the time for a reminder has come since the last look. It is computed from the time of the request alone, as
 * the watch keeps nothing; so a look that comes early may repeat the reminder of the look before.
 */
export function remindsNow(waited: number, every: number): boolean {
  const reminders = (seconds: number) => Math.floor(Math.max(0, seconds) / every);
  return reminders(waited) > reminders(waited - WATCH_MINUTES * 60 - LATE_SECONDS);
}

/** The message to approvers who have not answered. Like the first one, it holds no link that acts and no task token. */
function reminder(environment: WatchEnvironment, { arn, since }: StandingExecution): string {
  return visibleLines([
    `A change of ${environment.TITLE} in production is still waiting for your decision, since ${toTheMinute(since)}.`,
    'Without an answer in time the release ends by itself, and nothing is run.',
    '',
    ...howToDecide(environment, arn),
  ]);
}

/**
 * Logs how long every release that waits for its approval has been waiting since it was last asked, because Step
 * Functions has no metric for that, and reminds the approvers. It reads names and times only; whoever runs it can
 * neither answer nor see the task token.
 * @throws the notifier's error, after everything is logged.
 */
export function watchApproval(environment: WatchEnvironment, ports: WatchPorts) {
  return async (): Promise<void> => {
    const standing = await ports.standing.standing(environment.STATE_MACHINE_ARN);
    const now = ports.clock.now().getTime();
    const waiting = standing
      .filter(({ state }) => state === environment.APPROVAL_STATE)
      .map((execution) => ({ execution, seconds: (now - execution.since.getTime()) / 1000 }));
    for (const { execution, seconds } of waiting) {
      const hours = Math.round(seconds / 36) / 100;
      ports.log.info(logLines.approvalWaits, { runId: runIdOf(execution.arn), [waitingHours]: hours });
    }
    const subject = `${environment.TITLE}: a release still waits for approval`;
    for (const { execution, seconds } of waiting) {
      if (remindsNow(seconds, environment.REMINDER_SECONDS))
        await ports.notifier.notify(subject, reminder(environment, execution));
    }
  };
}
