import { setTimeout as sleep } from 'node:timers/promises';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { ServiceRefused } from '../../aws/execution-errors.ts';
import { statusOf } from '../../core/approval/execution-view.ts';
import type { Target } from './target.ts';

/** Failed reads in a row after which a watcher gives up: at AWS's pace, some minutes without a network. */
const FAILURES = 60;

/** Milliseconds between two reads of a history: Step Functions allows a few a second for a whole account. */
export function pollInterval(target: Target): number {
  return target.local ? 250 : 2000;
}

/**
 * Yields an execution's history repeatedly until the execution has ended; the last history is complete. A failed read
 * is retried, because somebody may watch for two days.
 * @throws ServiceRefused when the first read fails, or too many in a row.
 */
export async function* observe(target: Target, executionArn: string): AsyncGenerator<readonly HistoryEvent[]> {
  let failures = -1;
  for (;;) {
    try {
      const events = await target.executions.history(executionArn);
      failures = 0;
      yield events;
      if (statusOf(events) !== 'running') return;
    } catch (error) {
      if (failures < 0 || failures >= FAILURES || !(error instanceof ServiceRefused)) throw error;
      failures += 1;
    }
    await sleep(pollInterval(target));
  }
}

/** Waits until the history fulfils a condition, the execution ends or the time is up; returns the last history. */
export async function waitUntil(
  target: Target,
  executionArn: string,
  condition: (events: readonly HistoryEvent[]) => boolean,
  limitMs: number,
): Promise<readonly HistoryEvent[]> {
  const deadline = Date.now() + limitMs;
  let last: readonly HistoryEvent[] = [];
  for await (const events of observe(target, executionArn)) {
    last = events;
    if (condition(events) || Date.now() > deadline) break;
  }
  return last;
}
