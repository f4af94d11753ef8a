import type * as z from 'zod';
import { type CallScript, createCallScript } from '../command/call-script.ts';
import { fencedSchema, type rollbackOutcomeSchema, type undoneSchema } from '../base/rollback-contracts.ts';
import type { Environment } from '../base/environment.ts';
import { FenceNotProven } from '../base/errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import { pinDocuments } from '../command/pin-documents.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { parseStep } from '../base/step-input.ts';

type Outcome = z.output<typeof rollbackOutcomeSchema>;

/** What decides whether a baseline has to be proven after an undo that found nothing to undo. */
interface Found {
  /** Objects with the run's stamp, as the fence saw them. */
  readonly stampedObjects: number;
  readonly entryFingerprint?: string | undefined;
}

/**
 * The outcome of the rollback, from what the undo script says it did; undefined when the baseline has to be proven
 * first. That is so after an undo, and also when there was nothing to undo, because an earlier rollback may have undone
 * the run without proving it. Two cases cannot be proven and need no proof, as nothing of the run is there: the run
 * took no entry fingerprint, so there is nothing to compare with, or another run's objects are in the database.
 */
function outcomeOf(facts: Readonly<Record<string, string>>, found: Found): Outcome | undefined {
  if (facts['outcome'] === 'already_released') return 'already_released';
  if (facts['outcome'] !== 'nothing_to_undo' || found.stampedObjects > 0) return undefined;
  const provable = found.entryFingerprint !== undefined && facts['left'] !== 'present';
  return provable ? undefined : 'nothing_to_roll_back';
}

/**
 * The facts of an undo that has nothing to do; undefined when it has. They are found without the release's advisory
 * lock, because a rehearsal or another release that holds it must not turn an untouched database into one that needs a
 * human. Tier 1 stamps every object in the transaction that creates it, so without stamps nothing of the run is there.
 */
async function nothingToUndo(call: CallScript): Promise<Record<string, string> | undefined> {
  const { facts } = await call('fence');
  return facts['stamped'] === '0' ? { outcome: 'nothing_to_undo' } : undefined;
}

/**
 * Undoes the run's own work in one transaction. Refuses to start before the last start-by of the run has passed, so a
 * late command can never follow a rollback. Idempotent.
 * @throws FenceNotProven when started too early; otherwise as `runScript`.
 */
export function undo(environment: Environment<'undo'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof undoneSchema>> => {
    const { state } = parseStep(fencedSchema, event);
    const { runId, waitUntil, undoReleased, overrideChangedRows } = state;
    if (ports.clock.now() < new Date(waitUntil)) {
      throw new FenceNotProven(`A forward script of run ${runId} could still start until ${waitUntil}.`);
    }
    const documents = await pinDocuments(ports, environment);
    const parameters = {
      ...(undoReleased === undefined ? {} : { undoReleased }),
      ...(overrideChangedRows === undefined ? {} : { overrideChangedRows }),
    };
    const entry = { runId, step: 'undo', packageDigest: environment.PACKAGE_DIGEST };
    try {
      // The start-by counts from this attempt, as in the fence; that is safe, because an undo touches only its own run.
      const context = { runId, enteredAt: ports.clock.now(), documents, parameters };
      const call = createCallScript(ports, environment, context);
      const nothing = state.stampedObjects === 0 ? await nothingToUndo(call) : undefined;
      const facts = nothing ?? (await call('undo')).facts;
      await recordEvidenceIfPossible(ports, { ...entry, facts });
      const outcome = outcomeOf(facts, state);
      return { ...state, undo: facts, ...(outcome === undefined ? {} : { outcome }) };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
