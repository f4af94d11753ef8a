import * as z from 'zod';
import { endingStateSchema, type EndingState, rollbackOutcomeSchema } from '../core/contracts.ts';
import { type Ending, endingOf } from '../core/ending.ts';
import { runIdOf } from '../core/run-id.ts';
import type { Runtime } from '../local/runtime.ts';
import type { Terminal } from './terminal.ts';

/** A release that has ended, and what its last state knew. */
export interface Finished {
  readonly executionArn: string;
  readonly runId: string;
  readonly ending: Ending;
  readonly state: EndingState;
  /** Where the report lies; absent when it could not be written. */
  readonly report: string | undefined;
}

const reportSchema = z.looseObject({ report: z.string() });
const outcomeSchema = z.looseObject({ outcome: rollbackOutcomeSchema });

function lastState(runtime: Runtime, executionArn: string): { state: EndingState; report: string | undefined } {
  const input = runtime.stepFunctions
    .history(executionArn)
    .findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined)
    ?.stateEnteredEventDetails?.input;
  const json: unknown = input === undefined ? {} : JSON.parse(input);
  return { state: endingStateSchema.safeParse(json).data ?? {}, report: reportSchema.safeParse(json).data?.report };
}

/** What EventBridge's rule does on AWS when an execution is stopped: starts ROLLBACK for it, and waits here. */
async function rollBackStopped(runtime: Runtime, executionArn: string): Promise<Ending> {
  const { name, startDate } = runtime.stepFunctions.describeExecution(executionArn);
  const release = { Id: executionArn, Name: name, StartTime: startDate.toISOString() };
  const started = runtime.stepFunctions.startExecution({
    stateMachineArn: runtime.rollbackArn,
    input: JSON.stringify({ release }),
  });
  const { output } = await runtime.stepFunctions.finished(started.executionArn);
  const outcome = outcomeSchema.safeParse(JSON.parse(output ?? '{}')).data?.outcome;
  switch (outcome) {
    case 'rolled_back':
    case 'nothing_to_roll_back':
      return { name: outcome, exitCode: 13, headline: 'Stopped. The database is exactly as before.' };
    case 'already_released':
      return { name: 'released', exitCode: 0, headline: 'Stopped after the seal: the release is complete.' };
    case undefined:
      return { name: 'needs_a_human', exitCode: 14, headline: 'Stopped, and the rollback could not be proven.' };
  }
}

/** Starts one release and waits for its end. Ctrl-C stops it and rolls it back before this returns. */
export async function releaseWithStop(runtime: Runtime, terminal: Terminal): Promise<Finished> {
  const { stepFunctions } = runtime;
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: runtime.releaseArn, input: '{}' });
  const runId = runIdOf(executionArn);
  terminal.progress(`  Run ${runId}`);
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    terminal.alert('  Stopping: what this run did is rolled back. Please wait.');
    stepFunctions.stopExecution(executionArn, 'Stopped', 'stopped at the terminal');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const { status } = await stepFunctions.finished(executionArn);
    const { state, report } = lastState(runtime, executionArn);
    const ending = status === 'ABORTED' ? await rollBackStopped(runtime, executionArn) : endingOf(state);
    return { executionArn, runId, ending, state, report };
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
