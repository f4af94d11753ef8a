import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { createProgress } from '../../../cli/execution/release-progress.ts';
import { createTerminal } from '../../../cli/screen/terminal.ts';

const at = (second: number) => new Date(Date.UTC(2026, 5, 3, 10, 0, second));
const cause = JSON.stringify({ errorMessage: 'undo: REFUSING: no lock on axis_registry; held by pid 17 (pg_dump)' });

/** The lines that are printed while these events happen, one a second. */
function printed(events: readonly Partial<HistoryEvent>[]): string[] {
  const lines: string[] = [];
  const progress = createProgress({ ...createTerminal({ json: true }), progress: (text) => void lines.push(text) });
  for (const [second, event] of events.entries())
    progress({ id: second + 1, type: 'TaskStateEntered', ...event, timestamp: at(second) });
  return lines;
}

const entered: Partial<HistoryEvent> = { stateEnteredEventDetails: { name: 'Undo' } };
const scheduled: Partial<HistoryEvent> = { type: 'LambdaFunctionScheduled' };
const failed: Partial<HistoryEvent> = {
  type: 'LambdaFunctionFailed',
  lambdaFunctionFailedEventDetails: { error: 'ScriptBlocked', cause },
};
const left: Partial<HistoryEvent> = {
  type: 'TaskStateExited',
  stateExitedEventDetails: { name: 'Undo', output: '{}' },
};

test('a step that was tried again says why it failed, and that it ended well', () => {
  expect(printed([entered, scheduled, failed, scheduled, failed, scheduled, left])).toEqual([
    expect.stringMatching(/✗ ScriptBlocked .*held by pid 17/),
    expect.stringMatching(/✗ ScriptBlocked .*held by pid 17/),
    expect.stringMatching(/✓ Undo +6\.00 s/),
  ]);
});

test('a step whose failure was caught ends with what failed', () => {
  expect(printed([entered, scheduled, failed, left])).toEqual([expect.stringMatching(/✗ ScriptBlocked/)]);
});
