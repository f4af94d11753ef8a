import type { Environment } from '../base/environment.ts';
import { logLines, waitingHours } from '../base/log-lines.ts';
import type { WatchPorts } from '../base/step-ports.ts';
import { runIdOf } from '../base/run-id.ts';

const HOUR_MS = 3600 * 1000;

/** The time between two instants, in hours rounded to the hundredth. */
function hoursBetween(since: Date, now: Date): number {
  return Math.round(((now.getTime() - since.getTime()) / HOUR_MS) * 100) / 100;
}

/**
 * Logs how long every release that waits for its approval has been waiting since it was last asked, because Step
 * Functions has no metric for that. It reads names and times only; whoever runs it can neither answer nor see the task
 * token.
 */
export function watchApproval(environment: Environment<'watch-approval'>, ports: WatchPorts) {
  return async (): Promise<void> => {
    const standing = await ports.standing.standing(environment.STATE_MACHINE_ARN);
    for (const { arn, since } of standing.filter(({ state }) => state === environment.APPROVAL_STATE)) {
      const hours = hoursBetween(since, ports.clock.now());
      ports.log.info(logLines.approvalWaits, { runId: runIdOf(arn), [waitingHours]: hours });
    }
  };
}
