import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { releaseWithStop } from '../../../cli/execution/release-with-stop.ts';
import type { Terminal } from '../../../cli/screen/terminal.ts';
import type { Runtime } from '../../../local/driver/runtime.ts';

const terminal = { progress: () => undefined, alert: () => undefined } as unknown as Terminal;

/** A runtime whose release ends with these events, and whose ROLLBACK brings the database back. */
function ending(status: string, type: HistoryEvent['type']) {
  const started: string[] = [];
  const events = [{ type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Tier 3' } }, { type }];
  const stepFunctions = {
    startExecution: ({ stateMachineArn }: { stateMachineArn: string }) => {
      started.push(stateMachineArn);
      return { executionArn: `execution-of-${stateMachineArn}` };
    },
    describeExecution: () => ({ name: 'r', startDate: new Date() }),
    finished: () =>
      Promise.resolve({
        status,
        output: JSON.stringify({ outcome: 'rolled_back', report: '/reports/rollback-0009.md' }),
      }),
    history: () => events,
  };
  const runtime = { stepFunctions, releaseArn: 'release', rollbackArn: 'rollback' } as unknown as Runtime;
  return { runtime, started };
}

it.each([
  ['was stopped', 'ABORTED', 'ExecutionAborted'],
  ['took longer than the machine may', 'TIMED_OUT', 'ExecutionTimedOut'],
  ['ended by States.Runtime, which no Catch sees', 'FAILED', 'ExecutionFailed'],
] as const)('rolls back a release that %s', async (_how, status, type) => {
  const { runtime, started } = ending(status, type);
  const finished = await releaseWithStop(runtime, terminal);
  expect(started).toEqual(['release', 'rollback']);
  expect(finished).toMatchObject({
    ending: { name: 'rolled_back', exitCode: 13 },
    report: '/reports/rollback-0009.md',
  });
});
