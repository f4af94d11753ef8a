import * as z from 'zod';
import type { Environment } from '../base/environment.ts';
import { RehearsalFailed } from '../base/errors.ts';
import { recordEvidence, recordFailure } from '../evidence/evidence.ts';
import { parseJsonFact } from '../base/json.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall, type RehearsalCall } from './call.ts';
import { clonedSchema } from './contracts.ts';
import { parseStep } from '../base/step-input.ts';
import { changedSections } from '../ending/changed-sections.ts';

type Cloned = z.output<typeof clonedSchema>;

async function undo(call: RehearsalCall, runId: string, expected: string): Promise<void> {
  const { facts } = await call('undo', { undoReleased: runId });
  if (facts['outcome'] === expected) return;
  throw new RehearsalFailed(`The rollback reported ${facts['outcome'] ?? 'no outcome'} instead of ${expected}.`);
}

/** Sections of the fingerprint and named rows, sequences and grants that differ from before the first tier. */
async function differences(call: RehearsalCall, entry: string): Promise<string[]> {
  const sections = changedSections(entry, (await call('fingerprint')).facts['json']);
  const names = parseJsonFact(z.array(z.string()), (await call('compare')).facts['json']);
  return [...names, ...sections.map((section) => `section ${section} of the fingerprint`)];
}

function sentenceOf({ entry, back }: Cloned): string {
  const sections = Object.keys(parseJsonFact(z.record(z.string(), z.string()), entry)).length;
  const restored = `restored the clone: ${sections} sections, and every row, sequence and grant by name`;
  if (back === 0) return `The full rollback ${restored}.`;
  return `Rolled back again, the second rollback ${restored}; a third found nothing to undo.`;
}

/**
 * State *Rehearse back*: rolls the release back on the clone and proves that nothing of it is left, by the fingerprint
 * and relation by relation. In the second pass the rollback runs twice, and its second run must find nothing to undo.
 * @throws RehearsalFailed naming each relation and section that differs, EvidenceNotWritten, or as `runScript`.
 */
export function rehearseBack(environment: Environment<'rehearse-back'>, ports: SenderPorts) {
  return async (event: unknown): Promise<Cloned> => {
    const { state } = parseStep(clonedSchema, event);
    const { runId, packageDigest, entry } = state;
    const call = createRehearsalCall(ports, environment, state);
    const step = { runId, step: 'rehearse-back', packageDigest };
    try {
      await undo(call, runId, 'undone');
      if (state.back > 0) await undo(call, runId, 'nothing_to_undo');
      const found = await differences(call, entry);
      if (found.length > 0)
        throw new RehearsalFailed(`The rollback does not bring everything back: ${found.join('; ')}`);
      await recordEvidence(ports, { ...step, facts: { equalToEntry: true, times: state.back + 1 } });
      return { ...state, back: state.back + 1, proven: [...state.proven, sentenceOf(state)] };
    } catch (error) {
      await recordFailure(ports, step, error);
      throw error;
    }
  };
}
