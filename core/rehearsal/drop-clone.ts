import type * as z from 'zod';
import { cloneName } from '../package/clone-variant.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidenceIfPossible } from '../evidence/evidence.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/ports.ts';
import { createRehearsalCall } from './call.ts';
import { droppedSchema } from './contracts.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';
import { changedSections } from '../ending/changed-sections.ts';

/**
 * Follows everything, whatever it came to: ends the guard, drops the clone, and looks at production once more. What
 * to drop comes from the execution, not from the state, so it works however early the rehearsal failed. Idempotent.
 * @throws as `runScript`; the guard then drops the clone itself as soon as nothing of the rehearsal is heard.
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
    if (same) proven.push('Production has the fingerprint that it had before; only pg_dump has read it.');
    return { ...state, proven, dropped: true, productionChanged };
  };
}
