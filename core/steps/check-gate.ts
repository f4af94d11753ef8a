import * as z from 'zod';
import type { checkedSchema } from '../contracts.ts';
import type { Environment } from '../environment.ts';
import { RedriveRefused } from '../errors.ts';
import { recordEvidence } from '../evidence.ts';
import type { SenderPorts } from '../ports.ts';
import { readGate } from '../read-gate.ts';
import { runIdOf } from '../run-id.ts';
import { parseStep } from '../step-input.ts';

/** Whatever the operator typed in the console is ignored: `{}` is enough. */
const anyInput = z.unknown();

/**
 * First state of a release: reads the gate, pins the documents, and writes the run's first evidence entry.
 * @throws RedriveRefused, EvidenceNotWritten, or as `readGate`.
 */
export function checkGate(environment: Environment<'check-gate'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof checkedSchema>> => {
    const { execution, enteredAt } = parseStep(anyInput, event);
    if ((execution.RedriveCount ?? 0) > 0) throw new RedriveRefused('A release is never redriven: start a new one.');
    const runId = runIdOf(execution.Id);
    const { gate, documents } = await readGate(ports, environment, runId, enteredAt);
    const facts = { execution: execution.Id, gate, documents };
    await recordEvidence(ports, { runId, step: 'check-gate', packageDigest: environment.PACKAGE_DIGEST, facts });
    return {
      runId,
      packageDigest: environment.PACKAGE_DIGEST,
      ready: gate.status === 'READY',
      gate,
      documents,
      answersLeft: environment.APPROVAL_ANSWERS,
    };
  };
}
