import { declaredBy } from './declared-by.ts';
import type { EndingState } from '../../core/base/ending-state.ts';
import { endingOf } from '../../core/ending/ending.ts';
import type { Ending } from '../../core/ending/ending.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { endedByItself, lastState, rollbackOutcome, rollbackReport } from './ending-of-history.ts';
import { stoppedEnding } from '../../core/ending/rollback-ending.ts';
import { startRollbackOf } from './stop-rule.ts';
import { onInterrupt } from '../screen/interrupt.ts';
import type { Terminal } from '../screen/terminal.ts';

/** A release that has ended, and what its last state knew. */
export interface Finished {
  readonly executionArn: string;
  readonly runId: string;
  readonly ending: Ending;
  readonly state: EndingState;
  /** Where the report lies; absent when it could not be written. */
  readonly report: string | undefined;
}

/** Starts ROLLBACK as EventBridge's rule does on AWS when an execution did not end by itself, and waits for it here. */
async function rollBackStopped(runtime: Runtime, executionArn: string): Promise<Pick<Finished, 'ending' | 'report'>> {
  const { output } = await runtime.stepFunctions.finished(startRollbackOf(runtime, executionArn));
  // A release that was stopped writes no report: its rollback does.
  return { ending: stoppedEnding(rollbackOutcome(output)), report: rollbackReport(output) };
}

/** Starts one release and waits for its end. Ctrl-C stops it and rolls it back before this returns. */
export async function releaseWithStop(runtime: Runtime, terminal: Terminal): Promise<Finished> {
  const { stepFunctions } = runtime;
  const { executionArn } = stepFunctions.startExecution({
    stateMachineArn: runtime.releaseArn,
    input: JSON.stringify({ requestedBy: declaredBy(undefined, true) }),
  });
  const runId = runIdOf(executionArn);
  terminal.progress(`  Run ${runId}`);
  const ignoreInterrupts = onInterrupt(() => {
    terminal.alert('  Stopping: what this run did is rolled back. Please wait.');
    stepFunctions.stopExecution(executionArn, 'Stopped', 'stopped at the terminal');
  });
  try {
    await stepFunctions.finished(executionArn);
    const events = stepFunctions.history(executionArn);
    const { state, report } = lastState(events);
    const own = { ending: endingOf(state), report };
    return {
      executionArn,
      runId,
      state,
      ...(endedByItself(events) ? own : await rollBackStopped(runtime, executionArn)),
    };
  } finally {
    ignoreInterrupts();
  }
}
