import { setTimeout as delay } from 'node:timers/promises';
import { CommandReadDenied } from '../../core/base/errors.ts';
import { hangs, onChannel, onEvidence, onState, unavailable } from './around.ts';
import { functionMisbehaviours, machineMisbehaviours } from './function-misbehaviours.ts';
import { both, type StepMisbehaviour } from './injection.ts';

const reads: readonly StepMisbehaviour[] = [
  {
    kind: 'reading a command denied',
    injection: (state) =>
      onChannel(state, 1, (channel) => ({
        ...channel,
        read: () => Promise.reject(new CommandReadDenied('AccessDeniedException')),
      })),
  },
  {
    kind: 'reading a command fails for 1 s',
    injection: (state) =>
      onChannel(state, 99, (channel) => {
        const until = Date.now() + 1_000;
        return { ...channel, read: (...given) => (Date.now() < until ? unavailable() : channel.read(...given)) };
      }),
  },
  {
    kind: 'documents cannot be read once',
    injection: (state) => onChannel(state, 1, (channel) => ({ ...channel, readDocument: unavailable })),
  },
  {
    kind: 'commands are not listed',
    injection: (state) => onChannel(state, 99, (channel) => ({ ...channel, find: () => Promise.resolve([]) })),
  },
  {
    kind: 'cancel denied once',
    injection: (state) => onChannel(state, 1, (channel) => ({ ...channel, cancel: unavailable })),
  },
  {
    kind: 'history cannot be read once',
    injection: (state) => ({
      ports: (ports, call) =>
        call.state === state && call.attempt === 1
          ? { ...ports, executions: { enteredStates: unavailable, stopCause: unavailable, newest: unavailable } }
          : ports,
    }),
  },
];

const evidence: readonly StepMisbehaviour[] = [
  {
    kind: 'evidence cannot be written',
    injection: (state) =>
      onEvidence(state, 99, (store) => ({ ...store, write: unavailable, writeReport: unavailable })),
  },
  {
    kind: 'evidence cannot be listed',
    injection: (state) => onEvidence(state, 99, (store) => ({ ...store, list: unavailable })),
  },
  {
    kind: 'evidence is slow (1.5 s)',
    injection: (state) =>
      onEvidence(state, 99, (store) => ({
        ...store,
        write: async (...given) => (await delay(1_500), store.write(...given)),
      })),
  },
  {
    kind: 'evidence never answers',
    injection: (state) =>
      both(
        onEvidence(state, 1, (store) => ({ ...store, write: hangs })),
        onState(state, 1, (call, run) => {
          setTimeout(() => call.life.die('Sandbox.Timedout', 'Task timed out'), 3_000).unref();
          return run();
        }),
      ),
  },
  {
    kind: 'notification fails',
    injection: (state) => ({
      ports: (ports, call) => (call.state === state ? { ...ports, notifier: { notify: unavailable } } : ports),
    }),
  },
];

/** Faults of Lambda, Step Functions, SSM's reads and the evidence store. */
export const stepMisbehaviours: readonly StepMisbehaviour[] = [
  ...functionMisbehaviours,
  ...machineMisbehaviours,
  ...reads,
  ...evidence,
];
