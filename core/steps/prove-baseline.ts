import * as z from 'zod';
import { createCallScript } from '../call-script.ts';
import { type provenSchema, undoneSchema } from '../contracts.ts';
import type { Environment } from '../environment.ts';
import { BaselineNotProven } from '../errors.ts';
import { recordEvidenceIfPossible, recordFailure } from '../evidence.ts';
import { pinDocuments } from '../pin-documents.ts';
import type { SenderPorts } from '../ports.ts';
import { parseJsonFact } from '../json-fact.ts';
import { parseStep } from '../step-input.ts';
import { reportRollback } from './report-rollback.ts';

const sectionsSchema = z.record(z.string(), z.string());

/** The parts of the fingerprint that are not what they were at entry. */
function changedSections(entry: string, now: string | undefined): string[] {
  const before = parseJsonFact(sectionsSchema, entry);
  const after = parseJsonFact(sectionsSchema, now);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

/**
 * Proves, by what the database shows and not by what the undo says, that it is as it was at entry.
 * @throws BaselineNotProven naming what differs, or when the entry fingerprint is not known.
 */
export function proveBaseline(environment: Environment<'prove-baseline'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof provenSchema>> => {
    const { state, execution, enteredAt } = parseStep(undoneSchema, event);
    const { runId, entryFingerprint } = state;
    const documents = await pinDocuments(ports, environment);
    const call = createCallScript(ports, environment, { runId, enteredAt, documents });
    const entry = { runId, step: 'prove-baseline', packageDigest: environment.PACKAGE_DIGEST };
    try {
      const baseline = Object.fromEntries(
        await Promise.all(environment.SCRIPTS.map(async ({ id }) => [id, (await call(id)).facts] as const)),
      );
      if (entryFingerprint === undefined) {
        throw new BaselineNotProven('The entry fingerprint of the release is not known: compare with a dump by hand.');
      }
      const changed = changedSections(entryFingerprint, baseline['fingerprint']?.['json']);
      if (changed.length > 0) throw new BaselineNotProven(`Not as before the release: ${changed.join(', ')}`);
      await recordEvidenceIfPossible(ports, { ...entry, facts: { ...baseline, equalToEntry: true } });
      await reportRollback(ports, environment, { runId, execution, outcome: 'rolled_back' });
      return { ...state, baseline, outcome: 'rolled_back' };
    } catch (error) {
      await recordFailure(ports, entry, error);
      await reportRollback(ports, environment, { runId, execution, outcome: undefined });
      throw error;
    }
  };
}
