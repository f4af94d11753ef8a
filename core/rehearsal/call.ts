import { createCallScript, type SenderSettings } from '../command/call-script.ts';
import type { DocumentPins } from '../base/contracts.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import type { ScriptResult } from '../command/run-script.ts';

/** What all scripts of one rehearsal are sent with. */
interface RehearsalRun {
  readonly runId: string;
  readonly clone: string;
  readonly documents: DocumentPins;
}

/** Sends one script of the rehearsal by what the steps call it. */
export type RehearsalCall = (name: string, parameters?: Readonly<Record<string, string>>) => Promise<ScriptResult>;

/**
 * Binds ports, settings and clone. In a rehearsal the start-by allowance counts from each call, because one state sends
 * several scripts in turn. This is safe: a script that starts too late finds no clone any more.
 */
export function createRehearsalCall(ports: SenderPorts, settings: SenderSettings, run: RehearsalRun): RehearsalCall {
  const { runId, clone, documents } = run;
  return (name, parameters = {}) => {
    const context = { runId, enteredAt: ports.clock.now(), documents, parameters: { ...parameters, database: clone } };
    return createCallScript(ports, settings, context)(name);
  };
}
