import { createCallScript, type SenderSettings } from '../command/call-script.ts';
import type { DocumentPins } from '../base/contracts.ts';
import type { SenderPorts } from '../base/ports.ts';
import { rehearsalId } from './scripts.ts';
import type { ScriptResult } from '../command/run-script.ts';

/** What every script of one rehearsal is sent with. */
interface RehearsalRun {
  readonly runId: string;
  readonly clone: string;
  readonly documents: DocumentPins;
}

/** Sends one script of the rehearsal by the id it has in the plan. */
export type RehearsalCall = (id: string, parameters?: Readonly<Record<string, string>>) => Promise<ScriptResult>;

/**
 * Binds ports, settings and clone. Here start-by counts from each call: several scripts follow one another in a state,
 * and one that comes too late finds no clone any more, so nothing can go wrong by it.
 */
export function createRehearsalCall(ports: SenderPorts, settings: SenderSettings, run: RehearsalRun): RehearsalCall {
  const { runId, clone, documents } = run;
  return (id, parameters = {}) => {
    const context = { runId, enteredAt: ports.clock.now(), documents, parameters: { ...parameters, database: clone } };
    return createCallScript(ports, settings, context)(rehearsalId(id));
  };
}
