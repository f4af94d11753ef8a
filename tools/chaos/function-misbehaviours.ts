import { setTimeout as delay } from 'node:timers/promises';
import { changed, failed, hangs, onChannel, onState, oversized, stop } from './around.ts';
import { both, type Invocation, type StepMisbehaviour } from './injection.ts';

/** Waits before a function starts. The drive waits too: a function that starts behind its end would be taken for a leftover. */
function startLate({ drive }: Invocation, milliseconds: number): Promise<void> {
  drive.held.push(delay(milliseconds + 50));
  return delay(milliseconds);
}

/** Faults of Lambda. */
export const functionMisbehaviours: readonly StepMisbehaviour[] = [
  {
    kind: 'Lambda: throttled once',
    injection: (state) => onState(state, 1, () => Promise.resolve(failed('Lambda.TooManyRequestsException'))),
  },
  {
    kind: 'Lambda: fails before it starts',
    injection: (state) => onState(state, 1, () => Promise.resolve(failed('Lambda.ServiceException'))),
  },
  {
    kind: 'Lambda: never works',
    lasting: true,
    injection: (state) => onState(state, 99, () => Promise.resolve(failed('Lambda.Unknown'))),
  },
  {
    kind: 'Lambda: dies at once',
    injection: (state) =>
      onState(state, 1, async (call, run) => {
        call.life.die();
        return run();
      }),
  },
  {
    kind: 'Lambda: dies before it sends',
    injection: (state) =>
      onChannel(state, 1, (channel, { life }) => ({ ...channel, send: () => (life.die(), hangs()) })),
  },
  {
    kind: 'Lambda: dies while it sends',
    injection: (state) =>
      onChannel(state, 1, (channel, { life }) => ({
        ...channel,
        send: async (request) => {
          await channel.send(request);
          life.die();
          return hangs();
        },
      })),
  },
  {
    kind: 'Lambda: dies after it has sent',
    injection: (state) =>
      onChannel(state, 1, (channel, { life }) => ({ ...channel, read: () => (life.die(), hangs()) })),
  },
  {
    kind: 'Lambda: time-out',
    injection: (state) =>
      onState(state, 1, (call, run) => {
        setTimeout(() => call.life.die('Sandbox.Timedout', 'Task timed out'), 250).unref();
        return run();
      }),
  },
  {
    kind: 'Lambda: answer lost',
    injection: (state) =>
      onState(state, 1, async (_call, run) => {
        await run();
        return failed('Lambda.Unknown');
      }),
  },
  {
    kind: 'Lambda: given up, lives on',
    injection: (state) =>
      onState(state, 1, (call, run) => {
        setTimeout(() => call.life.forget(), 120).unref();
        return run();
      }),
  },
  {
    kind: 'Lambda: starts 1 s late',
    injection: (state) => onState(state, 1, async (call, run) => (await startLate(call, 1_000), run())),
  },
  {
    kind: 'Lambda: starts 2.5 s late',
    injection: (state) => onState(state, 1, async (call, run) => (await startLate(call, 2_500), run())),
  },
  {
    kind: 'Lambda: starts 0.3 s after a stop',
    settleMs: 3_000,
    injection: (state) => onState(state, 1, async (call, run) => (stop(call), await startLate(call, 300), run())),
  },
  {
    kind: 'Lambda: starts 4 s after a stop',
    settleMs: 7_000,
    injection: (state) => onState(state, 1, async (call, run) => (stop(call), await startLate(call, 4_000), run())),
  },
];

/** Faults of Step Functions. */
export const machineMisbehaviours: readonly StepMisbehaviour[] = [
  {
    kind: 'stopped while it runs',
    injection: (state) =>
      onState(state, 1, (call, run) => {
        setTimeout(() => stop(call), 150).unref();
        return run();
      }),
  },
  {
    kind: 'stopped at its end',
    injection: (state) =>
      onState(state, 1, async (call, run) => {
        const outcome = await run();
        stop(call);
        return outcome;
      }),
  },
  {
    kind: 'machine time-out',
    releaseOnly: true,
    injection: () => ({ definition: (definition) => ({ ...definition, TimeoutSeconds: 1 }) }),
  },
  {
    kind: 'task time-out, function lives on',
    releaseOnly: true,
    settleMs: 4_000,
    injection: (state) =>
      both(
        changed(state, (fields) => ({ ...fields, TimeoutSeconds: 1 })),
        onState(state, 1, async (call, run) => (await startLate(call, 1_300), run())),
      ),
  },
  {
    kind: 'States.Runtime',
    releaseOnly: true,
    injection: (state) => changed(state, (fields) => ({ ...fields, InputPath: '$.chaos.missing' })),
  },
  {
    kind: 'States.DataLimitExceeded',
    // Within ROLLBACK no Catch handles this: the execution is lost, and the next one must succeed.
    lasting: true,
    injection: (state) => onState(state, 1, async (_call, run) => (await run(), oversized)),
  },
];
