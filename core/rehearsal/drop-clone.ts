import type * as z from 'zod';
import { cloneName } from '../package/clone-variant.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidenceIfPossible } from '../evidence/evidence.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall } from './call.ts';
import { droppedSchema } from './contracts.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import { changedSections } from '../ending/changed-sections.ts';

/**
 * State *Drop clone*, which follows every ending of a rehearsal: ends the guard, drops the clone and records production
 * once more. The name of the clone comes from the execution, not from the state, so that it is known however early the
 * rehearsal failed. Idempotent.
 * @throws as `runScript`; the guard then drops the clone itself as soon as it hears no more of the rehearsal.
 */
export function dropClone(environment: Environment<'drop-clone'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof droppedSchema>> => {
    const { state, execution } = parseStep(droppedSchema, event);
    const runId = runIdOf(execution.Id);
    const clone = cloneName(environment.DATABASE, new Date(execution.StartTime));
    const documents = await pinDocuments(ports, environment);
    const call = createRehearsalCall(ports, environment, { runId, clone, documents });
    await call('drop');
    const proven = [...(state.proven ?? []), 'The clone is dropped, and no session of the rehearsal is left.'];
    const { production } = state;
    if (production === undefined) return { ...state, proven, dropped: true };
    const fingerprint = (await call('production-fingerprint')).facts['json'];
    const probe = (await call('production-probe')).facts['json'] ?? '';
    const productionChanged = changedSections(production.fingerprint, fingerprint);
    const facts = { clone, productionChanged, probe, fingerprint };
    const packageDigest = environment.PACKAGE_DIGEST;
    await recordEvidenceIfPossible(ports, { runId, step: 'drop-clone', packageDigest, facts });
    const same = productionChanged.length === 0;
    if (same) proven.push('Production has the same fingerprint as before; only pg_dump has read it.');
    return { ...state, proven, dropped: true, productionChanged };
  };
}
