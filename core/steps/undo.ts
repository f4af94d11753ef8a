import type * as z from 'zod';
import { createCallScript } from '../call-script.ts';
import { fencedSchema, type rollbackOutcomeSchema, type undoneSchema } from '../contracts.ts';
import type { Environment } from '../environment.ts';
import { FenceNotProven } from '../errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence.ts';
import { pinDocuments } from '../pin-documents.ts';
import type { SenderPorts } from '../ports.ts';
import { parseStep } from '../step-input.ts';
import { reportRollback } from './report-rollback.ts';

type Outcome = z.output<typeof rollbackOutcomeSchema>;

/**
 * The script's word for what it did, as the outcome of the rollback. Undefined: still to be proven. That is so after
 * an undo, and also when there is nothing left to undo although the fence saw stamped objects: then an earlier attempt
 * of this step undid them and its answer was lost.
 */
function outcomeOf(word: string | undefined, stampedObjects: number): Outcome | undefined {
  if (word === 'already_released') return 'already_released';
  return word === 'nothing_to_undo' && stampedObjects === 0 ? 'nothing_to_roll_back' : undefined;
}

/**
 * Undoes the run's own work in one transaction. Refuses to start before the last start-by of the run has passed, so a
 * late command can never follow a rollback. Idempotent.
 * @throws FenceNotProven when started too early; otherwise as `runScript`.
 */
export function undo(environment: Environment<'undo'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof undoneSchema>> => {
    const { state, execution, enteredAt } = parseStep(fencedSchema, event);
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
      const { facts } = await createCallScript(ports, environment, { runId, enteredAt, documents, parameters })('undo');
      await recordEvidenceIfPossible(ports, { ...entry, facts });
      const outcome = outcomeOf(facts['outcome'], state.stampedObjects);
      if (outcome !== undefined) await reportRollback(ports, environment, { runId, execution, outcome });
      return { ...state, undo: facts, ...(outcome === undefined ? {} : { outcome }) };
    } catch (error) {
      await recordFailure(ports, entry, error);
      await reportRollback(ports, environment, { runId, execution, outcome: undefined });
      throw error;
    }
  };
}
