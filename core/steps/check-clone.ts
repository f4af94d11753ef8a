import * as z from 'zod';
import type { Environment } from '../environment.ts';
import { RehearsalFailed } from '../errors.ts';
import { recordEvidence } from '../evidence.ts';
import { parseJsonFact } from '../json-fact.ts';
import type { SenderPorts } from '../ports.ts';
import { createRehearsalCall } from '../rehearsal-call.ts';
import { clonedSchema } from '../rehearsal-contracts.ts';
import { type HeldLock, heldLockSchema } from '../rehearsal-summary.ts';
import { parseStep } from '../step-input.ts';
import { outcomeProblems } from './post-checks.ts';

function lockSentence(locks: readonly HeldLock[]): string {
  const tables = [...new Set(locks.map(({ relation }) => relation))];
  if (tables.length === 0) return 'No table that was there before is locked against anybody.';
  const longest = Math.max(...locks.map(({ milliseconds }) => milliseconds));
  return `Locked against writers, or all, for at most ${longest} ms at a time: ${tables.join(', ')}.`;
}

/**
 * The post checks of the release, on the clone, and what was measured on the way forward.
 * @throws RehearsalFailed naming each value that is not as expected, EvidenceNotWritten, or as `runScript`.
 */
export function checkClone(environment: Environment<'check-clone'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof clonedSchema>> => {
    const { state } = parseStep(clonedSchema, event);
    const { runId, packageDigest, apr } = state;
    const call = createRehearsalCall(ports, environment, state);
    const { facts: contract } = await call('ui-read-contract');
    const { facts: outcome } = await call('outcome-reread', { ratifiedApr: apr });
    const problems = outcomeProblems(outcome['json']);
    const { facts: measured } = await call('measure');
    const locks = parseJsonFact(z.array(heldLockSchema), measured['json']);
    await recordEvidence(ports, { runId, step: 'check-clone', packageDigest, facts: { contract, problems, locks } });
    if (problems.length > 0) throw new RehearsalFailed(`Not as expected after the release: ${problems.join('; ')}`);
    const proven = [
      ...state.proven,
      'An outsider reads every expected value back, and every view that the application reads.',
      lockSentence(locks),
    ];
    return { ...state, locks, proven };
  };
}
