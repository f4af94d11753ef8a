import { states } from '../../core/base/names.ts';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { visibleLine } from '../../core/base/visible.ts';
import { causeMessage } from '../../core/ending/cause.ts';
import { stateSummary } from '../../core/approval/state-summary.ts';
import type { Terminal } from '../screen/terminal.ts';

/** Prints one line per state as it ends, and one per failure, in the order in which they happen. */
export function createProgress(terminal: Terminal): (event: HistoryEvent) => void {
  const enteredAt = new Map<string, number>();
  let failed = false;
  const { colour } = terminal;
  const line = (mark: string, name: string, text: string, seconds: string) =>
    terminal.progress(
      `  ${mark} ${name.padEnd(26)} ${visibleLine(text.trim())}${seconds === '' ? '' : colour.dim(`  ${seconds}`)}`.trimEnd(),
    );

  return (event) => {
    const entered = event.stateEnteredEventDetails?.name;
    const now = event.timestamp?.getTime() ?? 0;
    if (entered !== undefined) {
      failed = false;
      enteredAt.set(entered, now);
      if (entered === states.rollBack) terminal.progress(colour.yellow('  Something failed: rolling back.'));
      if (entered === states.awaitApproval) line(colour.cyan('…'), entered, 'waits for the answer', '');
    }
    // a step that is tried again may still end well
    if (event.type === 'LambdaFunctionScheduled' || event.type === 'TaskScheduled') failed = false;
    const failure =
      event.taskFailedEventDetails ?? event.lambdaFunctionFailedEventDetails ?? event.taskTimedOutEventDetails;
    if (failure !== undefined) {
      failed = true;
      line(colour.red('✗'), failure.error ?? 'failed', causeMessage(failure.cause), '');
    }
    const left = event.stateExitedEventDetails;
    if (left?.name === undefined || event.type === 'ChoiceStateExited' || failed) return;
    const seconds = ((now - (enteredAt.get(left.name) ?? now)) / 1000).toFixed(2);
    line(colour.green('✓'), left.name, stateSummary(left.name, left.output), `${seconds} s`);
  };
}
