import { setTimeout as delay } from 'node:timers/promises';
import type { CommandChannel, EvidenceStore } from '../core/ports.ts';
import { isObject, type JsonObject } from '../local/step-functions/json.ts';
import type { InvokeOutcome } from '../local/step-functions/invoker.ts';
import type { Injection, Invocation } from './injection.ts';
import type { StepMisbehaviour } from './step-faults.ts';

type Around = (call: Invocation, run: () => Promise<InvokeOutcome>) => Promise<InvokeOutcome>;

const failed = (error: string): InvokeOutcome => ({ ok: false, error, cause: JSON.stringify({ errorMessage: error }) });
const hangs = () => new Promise<never>(() => undefined);

function onState(state: string, times: number, around: Around): Injection {
  return { lambda: (call, run) => (call.state === state && call.attempt <= times ? around(call, run) : run()) };
}

/** Changes the channel of the first invocation only, or of all. */
function onChannel(state: string, times: number, change: (channel: CommandChannel, call: Invocation) => CommandChannel): Injection {
  return {
    ports: (ports, call) =>
      call.state === state && call.attempt <= times ? { ...ports, commands: change(ports.commands, call) } : ports,
  };
}

function onEvidence(state: string, times: number, change: (store: EvidenceStore) => EvidenceStore): Injection {
  return {
    ports: (ports, call) =>
      call.state === state && call.attempt <= times ? { ...ports, evidence: change(ports.evidence) } : ports,
  };
}

function stop({ drive }: Invocation): void {
  const { stepFunctions } = drive.services;
  if (stepFunctions.describeExecution(drive.executionArn).status === 'RUNNING')
    stepFunctions.stopExecution(drive.executionArn, 'Stopped', 'chaos');
}

/** One state of the definition, changed. */
function changed(state: string, change: (fields: JsonObject) => JsonObject): Injection {
  return {
    definition: (definition) => {
      const states = isObject(definition['States']) ? definition['States'] : {};
      const fields = states[state];
      return isObject(fields) ? { ...definition, States: { ...states, [state]: change(fields) } } : definition;
    },
  };
}

const oversized: InvokeOutcome = { ok: true, result: { padding: 'x'.repeat(300_000) } };
const unavailable = () => Promise.reject(new Error('ServiceUnavailable'));

const functions: readonly StepMisbehaviour[] = [
  { kind: 'Lambda: throttled once', injection: (state) => onState(state, 1, () => Promise.resolve(failed('Lambda.TooManyRequestsException'))) },
  { kind: 'Lambda: fails before it starts', injection: (state) => onState(state, 1, () => Promise.resolve(failed('Lambda.ServiceException'))) },
  { kind: 'Lambda: never works', lasting: true, injection: (state) => onState(state, 99, () => Promise.resolve(failed('Lambda.Unknown'))) },
  { kind: 'Lambda: dies at once', injection: (state) => onState(state, 1, async (call, run) => {
      call.life.die();
      return run();
    }) },
  { kind: 'Lambda: dies before it sends', injection: (state) => onChannel(state, 1, (channel, { life }) => ({ ...channel, send: () => (life.die(), hangs()) })) },
  { kind: 'Lambda: dies while it sends', injection: (state) => onChannel(state, 1, (channel, { life }) => ({
      ...channel,
      send: async (request) => {
        await channel.send(request);
        life.die();
        return hangs();
      },
    })) },
  { kind: 'Lambda: dies after it has sent', injection: (state) => onChannel(state, 1, (channel, { life }) => ({ ...channel, read: () => (life.die(), hangs()) })) },
  { kind: 'Lambda: time-out', injection: (state) => onState(state, 1, (call, run) => {
      setTimeout(() => call.life.die('Sandbox.Timedout', 'Task timed out'), 250).unref();
      return run();
    }) },
  { kind: 'Lambda: answer lost', injection: (state) => onState(state, 1, async (_call, run) => {
      await run();
      return failed('Lambda.Unknown');
    }) },
  { kind: 'Lambda: given up, lives on', injection: (state) => onState(state, 1, (call, run) => {
      setTimeout(() => call.life.forget(), 120).unref();
      return run();
    }) },
  { kind: 'Lambda: starts 1 s late', injection: (state) => onState(state, 1, async (_call, run) => (await delay(1_000), run())) },
  { kind: 'Lambda: starts 2.5 s late', injection: (state) => onState(state, 1, async (_call, run) => (await delay(2_500), run())) },
  { kind: 'Lambda: starts 0.3 s after a stop', settleMs: 3_000, injection: (state) => onState(state, 1, async (call, run) => (stop(call), await delay(300), run())) },
  { kind: 'Lambda: starts 4 s after a stop', settleMs: 7_000, injection: (state) => onState(state, 1, async (call, run) => (stop(call), await delay(4_000), run())) },
];

const machine: readonly StepMisbehaviour[] = [
  { kind: 'stopped while it runs', injection: (state) => onState(state, 1, (call, run) => {
      setTimeout(() => stop(call), 150).unref();
      return run();
    }) },
  { kind: 'stopped at its end', injection: (state) => onState(state, 1, async (call, run) => {
      const outcome = await run();
      stop(call);
      return outcome;
    }) },
  { kind: 'machine time-out', releaseOnly: true, injection: () => ({ definition: (definition) => ({ ...definition, TimeoutSeconds: 1 }) }) },
  { kind: 'task time-out, function lives on', releaseOnly: true, settleMs: 4_000, injection: (state) => both(
      changed(state, (fields) => ({ ...fields, TimeoutSeconds: 1 })), onState(state, 1, async (_call, run) => (await delay(1_300), run()))) },
  { kind: 'States.Runtime', releaseOnly: true, injection: (state) => changed(state, (fields) => ({ ...fields, InputPath: '$.chaos.missing' })) },
  { kind: 'States.DataLimitExceeded', injection: (state) => onState(state, 1, async (_call, run) => (await run(), oversized)) },
];

function both(one: Injection, two: Injection): Injection {
  return { ...one, ...two };
}

const reads: readonly StepMisbehaviour[] = [
  { kind: 'reading a command denied', injection: (state) => onChannel(state, 1, (channel) => ({ ...channel, read: () => Promise.reject(Object.assign(new Error('AccessDeniedException'), { name: 'AccessDeniedException' })) })) ,
    lasting: false },
  { kind: 'reading a command fails for 1 s', injection: (state) => onChannel(state, 99, (channel) => {
      const until = Date.now() + 1_000;
      return { ...channel, read: (...given) => (Date.now() < until ? unavailable() : channel.read(...given)) };
    }) },
  { kind: 'documents cannot be read once', injection: (state) => onChannel(state, 1, (channel) => ({ ...channel, readDocument: unavailable })) },
  { kind: 'commands are not listed', injection: (state) => onChannel(state, 99, (channel) => ({ ...channel, find: () => Promise.resolve([]) })) },
  { kind: 'cancel denied once', injection: (state) => onChannel(state, 1, (channel) => ({ ...channel, cancel: unavailable })) },
  { kind: 'history cannot be read once', injection: (state) => ({ ports: (ports, call) => call.state === state && call.attempt === 1 ? { ...ports, executions: { enteredStates: unavailable, newest: unavailable } } : ports }) },
];

const evidence: readonly StepMisbehaviour[] = [
  { kind: 'evidence cannot be written', injection: (state) => onEvidence(state, 99, (store) => ({ ...store, write: unavailable, writeReport: unavailable })) },
  { kind: 'evidence cannot be listed', injection: (state) => onEvidence(state, 99, (store) => ({ ...store, list: unavailable })) },
  { kind: 'evidence is slow (1.5 s)', injection: (state) => onEvidence(state, 99, (store) => ({ ...store, write: async (...given) => (await delay(1_500), store.write(...given)) })) },
  { kind: 'evidence never answers', injection: (state) => both(onEvidence(state, 1, (store) => ({ ...store, write: hangs })), onState(state, 1, (call, run) => {
      setTimeout(() => call.life.die('Sandbox.Timedout', 'Task timed out'), 3_000).unref();
      return run();
    })) },
  { kind: 'notification fails', injection: (state) => ({ ports: (ports, call) => call.state === state ? { ...ports, notifier: { notify: unavailable } } : ports }) },
];

/** Lambda, Step Functions, SSM's reads and the evidence store on a bad day. */
export const stepMisbehaviours: readonly StepMisbehaviour[] = [...functions, ...machine, ...reads, ...evidence];
