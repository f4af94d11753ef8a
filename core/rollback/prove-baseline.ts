import type * as z from 'zod';
import { callAll, createCallScript } from '../command/call-script.ts';
import { type provenSchema, undoneSchema } from '../base/rollback-contracts.ts';
import { type Environment, scriptName } from '../base/environment.ts';
import { BaselineNotProven } from '../base/errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/ports.ts';
import { objectsPresent } from '../gate/gate-line.ts';
import { changedSections, sectionsOf, serverUpgrade, withoutCrashJumps } from '../ending/changed-sections.ts';
import { parseStep } from '../base/step-input.ts';

/**
 * State *Prove baseline*: proves that the database is as it was at entry, by reading it, not by believing the undo.
 * @throws BaselineNotProven naming what differs, or when the entry fingerprint is not known.
 */
export function proveBaseline(environment: Environment<'prove-baseline'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof provenSchema>> => {
    const { state } = parseStep(undoneSchema, event);
    const { runId, entryFingerprint } = state;
    const documents = await pinDocuments(ports, environment);
    // The start-by counts from this attempt, as in the fence: a retry keeps the state's EnteredTime.
    const call = createCallScript(ports, environment, { runId, enteredAt: ports.clock.now(), documents });
    const entry = { runId, step: 'prove-baseline', packageDigest: environment.PACKAGE_DIGEST };
    try {
      const baseline = await callAll(call, environment.SCRIPTS.map(scriptName));
      if (entryFingerprint === undefined) {
        throw new BaselineNotProven(
          'The work of the run is undone, but its entry fingerprint is not known, so the baseline could not be compared: compare with a dump by hand.',
        );
      }
      const now = baseline['fingerprint']?.['json'];
      const { differing, moved } = withoutCrashJumps(changedSections(entryFingerprint, now), entryFingerprint, now);
      const nothing = state.undo['outcome'] === 'nothing_to_undo' && state.stampedObjects === 0;
      // Nothing in the database was this run's, and another run is at work now, so the differences are that run's.
      const othersAtWork = nothing && objectsPresent(baseline['gate']?.['json']);
      if (differing.length > 0 && !othersAtWork) {
        const upgrade = serverUpgrade(sectionsOf(entryFingerprint), sectionsOf(now));
        throw new BaselineNotProven(
          `Not as before the release: ${differing.join(', ')}${upgrade === '' ? '' : `. ${upgrade}`}`,
        );
      }
      const outcome = nothing ? 'nothing_to_roll_back' : 'rolled_back';
      const equal = { equalToEntry: differing.length === 0, ...(moved.length === 0 ? {} : { movedByCrash: moved }) };
      await recordEvidenceIfPossible(ports, { ...entry, facts: { ...baseline, ...equal } });
      return { ...state, baseline, outcome };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
