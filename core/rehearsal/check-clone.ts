import * as z from 'zod';
import type { Environment } from '../base/environment.ts';
import { RehearsalFailed } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { parseJsonFact } from '../base/json.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall } from './call.ts';
import { clonedSchema } from './contracts.ts';
import { type HeldLock, heldLockSchema } from '../base/rehearsal-summary.ts';
import { parseStep } from '../base/step-input.ts';
import { outcomeProblems } from '../ending/outcome-problems.ts';

function lockSentence(locks: readonly HeldLock[]): string {
  const tables = [...new Set(locks.map(({ relation }) => relation))];
  if (tables.length === 0) return 'No table that existed before the release is locked against anybody.';
  const longest = Math.max(...locks.map(({ milliseconds }) => milliseconds));
  return `Locked against writers, or against everybody, for at most ${longest} ms at a time: ${tables.join(', ')}.`;
}

/**
 * State *Check clone*: the post checks of the release, run on the clone, and the locks measured on the way forward.
 * @throws RehearsalFailed naming each value that is not as expected, EvidenceNotWritten, or as `runScript`.
 */
export function checkClone(environment: Environment<'check-clone'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof clonedSchema>> => {
    const { state } = parseStep(clonedSchema, event);
    const { runId, packageDigest, apr } = state;
    const call = createRehearsalCall(ports, environment, state);
    const { facts: contract } = await call('contract');
    const { facts: outcome } = await call('outcome', { ratifiedApr: apr });
    const problems = outcomeProblems(outcome['json']);
    const { facts: measured } = await call('measure');
    const locks = parseJsonFact(z.array(heldLockSchema), measured['json']);
    await recordEvidence(ports, { runId, step: 'check-clone', packageDigest, facts: { contract, problems, locks } });
    if (problems.length > 0) throw new RehearsalFailed(`Not as expected after the release: ${problems.join('; ')}`);
    const proven = [
      ...state.proven,
      'An outsider reads back every expected value, and every view that the application reads.',
      lockSentence(locks),
    ];
    return { ...state, locks, proven };
  };
}
