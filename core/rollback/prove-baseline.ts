import * as z from 'zod';
import { callAll, createCallScript } from '../command/call-script.ts';
import { type provenSchema, undoneSchema } from '../base/contracts.ts';
import type { Environment } from '../base/environment.ts';
import { BaselineNotProven } from '../base/errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/ports.ts';
import { parseJsonFact } from '../base/json.ts';
import { changedSections } from '../ending/changed-sections.ts';
import { parseStep } from '../base/step-input.ts';

/** Whether objects of a release are there, as the gate's own script sees it. */
function gateAxis(json: string | undefined): string {
  return parseJsonFact(z.looseObject({ axis: z.string() }), json).axis;
}

/**
 * Proves, by what the database shows and not by what the undo says, that it is as it was at entry.
 * @throws BaselineNotProven naming what differs, or when the entry fingerprint is not known.
 */
export function proveBaseline(environment: Environment<'prove-baseline'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof provenSchema>> => {
    const { state } = parseStep(undoneSchema, event);
    const { runId, entryFingerprint } = state;
    const documents = await pinDocuments(ports, environment);
    // As in the fence: a retry gets a start-by of its own.
    const call = createCallScript(ports, environment, { runId, enteredAt: ports.clock.now(), documents });
    const entry = { runId, step: 'prove-baseline', packageDigest: environment.PACKAGE_DIGEST };
    try {
      const baseline = await callAll(
        call,
        environment.SCRIPTS.map(({ id }) => id),
      );
      if (entryFingerprint === undefined) {
        throw new BaselineNotProven('The entry fingerprint of the release is not known: compare with a dump by hand.');
      }
      const changed = changedSections(entryFingerprint, baseline['fingerprint']?.['json']);
      const nothing = state.undo['outcome'] === 'nothing_to_undo' && state.stampedObjects === 0;
      // Nothing was ours, and since then another run has begun its own work: what differs is its business.
      const othersAtWork = nothing && gateAxis(baseline['gate-check']?.['json']) !== 'absent';
      if (changed.length > 0 && !othersAtWork) {
        throw new BaselineNotProven(`Not as before the release: ${changed.join(', ')}`);
      }
      const outcome = nothing ? 'nothing_to_roll_back' : 'rolled_back';
      await recordEvidenceIfPossible(ports, { ...entry, facts: { ...baseline, equalToEntry: changed.length === 0 } });
      return { ...state, baseline, outcome };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
