import type { CommandChannel, EvidenceStore } from '../../core/base/ports.ts';
import { isObject, type JsonObject } from '../../local/step-functions/json.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';
import type { Injection, Invocation } from './injection.ts';

/** What is done around a function. */
export type Around = (call: Invocation, run: () => Promise<InvokeOutcome>) => Promise<InvokeOutcome>;

/** An error as Lambda reports it. */
export const failed = (error: string): InvokeOutcome => ({
  ok: false,
  error,
  cause: JSON.stringify({ errorMessage: error }),
});
/** Never answers. */
export const hangs = () => new Promise<never>(() => undefined);

/** Does something around the first invocations of a state. */
export function onState(state: string, times: number, around: Around): Injection {
  return { lambda: (call, run) => (call.state === state && call.attempt <= times ? around(call, run) : run()) };
}

/** Changes the channel of the first invocation only, or of all. */
export function onChannel(
  state: string,
  times: number,
  change: (channel: CommandChannel, call: Invocation) => CommandChannel,
): Injection {
  return {
    ports: (ports, call) =>
      call.state === state && call.attempt <= times ? { ...ports, commands: change(ports.commands, call) } : ports,
  };
}

/** The same for the evidence store. */
export function onEvidence(state: string, times: number, change: (store: EvidenceStore) => EvidenceStore): Injection {
  return {
    ports: (ports, call) =>
      call.state === state && call.attempt <= times ? { ...ports, evidence: change(ports.evidence) } : ports,
  };
}

/** StopExecution, if the release still runs. */
export function stop({ drive }: Invocation): void {
  const { stepFunctions } = drive.services;
  if (stepFunctions.describeExecution(drive.executionArn).status === 'RUNNING')
    stepFunctions.stopExecution(drive.executionArn, 'Stopped', 'chaos');
}

/** One state of the definition, changed. */
export function changed(state: string, change: (fields: JsonObject) => JsonObject): Injection {
  return {
    definition: (definition) => {
      const states = isObject(definition['States']) ? definition['States'] : {};
      const fields = states[state];
      return isObject(fields) ? { ...definition, States: { ...states, [state]: change(fields) } } : definition;
    },
  };
}

/** More than a payload may hold: an error that no Catch sees. */
export const oversized: InvokeOutcome = { ok: true, result: { padding: 'x'.repeat(300_000) } };
/** A service that is not there. */
export const unavailable = () => Promise.reject(new Error('ServiceUnavailable'));
