import type { CommandChannel, EvidenceStore } from '../../core/base/ports.ts';
import { isObject, type JsonObject } from '../../local/step-functions/json.ts';
import type { InvokeOutcome } from '../../local/step-functions/invoker.ts';
import type { Injection, Invocation } from './injection.ts';

/** Wraps one invocation of a function. */
export type Around = (call: Invocation, run: () => Promise<InvokeOutcome>) => Promise<InvokeOutcome>;

/** An error as Lambda reports it. */
export const failed = (error: string): InvokeOutcome => ({
  ok: false,
  error,
  cause: JSON.stringify({ errorMessage: error }),
});
/** A call that never returns. */
export const hangs = () => new Promise<never>(() => undefined);

/** Wraps the first invocations of a state. */
export function onState(state: string, times: number, around: Around): Injection {
  return { lambda: (call, run) => (call.state === state && call.attempt <= times ? around(call, run) : run()) };
}

/** Changes the command channel of the first invocation of a state, or of all. */
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

/** Changes the evidence store of the first invocations of a state. */
export function onEvidence(state: string, times: number, change: (store: EvidenceStore) => EvidenceStore): Injection {
  return {
    ports: (ports, call) =>
      call.state === state && call.attempt <= times ? { ...ports, evidence: change(ports.evidence) } : ports,
  };
}

/** Stops the execution, if the release is still running. */
export function stop({ drive }: Invocation): void {
  const { stepFunctions } = drive.services;
  if (stepFunctions.describeExecution(drive.executionArn).status === 'RUNNING')
    stepFunctions.stopExecution(drive.executionArn, 'Stopped', 'chaos');
}

/** Changes one state of the definition. */
export function changed(state: string, change: (fields: JsonObject) => JsonObject): Injection {
  return {
    definition: (definition) => {
      const states = isObject(definition['States']) ? definition['States'] : {};
      const fields = states[state];
      return isObject(fields) ? { ...definition, States: { ...states, [state]: change(fields) } } : definition;
    },
  };
}

/** A result above the payload limit, which causes an error that no Catch handles. */
export const oversized: InvokeOutcome = { ok: true, result: { padding: 'x'.repeat(300_000) } };
/** A call to a service that is unavailable. */
export const unavailable = () => Promise.reject(new Error('ServiceUnavailable'));
