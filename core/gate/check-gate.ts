import * as z from 'zod';
import type { checkedSchema, Gate } from '../base/contracts.ts';
import type { Environment } from '../base/environment.ts';
import { RedriveRefused } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { SenderPorts } from '../base/ports.ts';
import { type Blocking, codeOf } from './engine-blockers.ts';
import { readGate } from './read-gate.ts';
import { findRehearsal } from './rehearsal-index.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';

/** Whatever the operator typed in the console is ignored: `{}` is enough. */
const anyInput = z.unknown();

function withBlocker(gate: Gate, blocking: Blocking): Gate {
  const { blockers, explanations } = gate;
  return {
    ...gate,
    status: 'BLOCKED',
    blockers: blockers + codeOf(blocking),
    explanations: [...explanations, blocking.explanation],
  };
}

/**
 * First state of a release: reads the gate, pins the documents, and writes the run's first evidence entry.
 * @throws RedriveRefused, EvidenceNotWritten, or as `readGate`.
 */
export function checkGate(environment: Environment<'check-gate'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof checkedSchema>> => {
    const { execution, enteredAt } = parseStep(anyInput, event);
    if ((execution.RedriveCount ?? 0) > 0) throw new RedriveRefused('A release is never redriven: start a new one.');
    const runId = runIdOf(execution.Id);
    const { gate: read, documents } = await readGate(ports, environment, runId, enteredAt);
    const packageDigest = environment.PACKAGE_DIGEST;
    const demand = {
      required: environment.REQUIRE_REHEARSAL === 'true',
      days: environment.REHEARSAL_DAYS,
      packageDigest,
    };
    const { rehearsal, blocker } = await findRehearsal(ports, demand);
    const noted = { ...read, notes: [...environment.PLAN_NOTES, ...read.notes] };
    const gate = blocker === undefined ? noted : withBlocker(noted, blocker);
    const shown = rehearsal === undefined ? {} : { rehearsal };
    const facts = { execution: execution.Id, gate, documents, ...shown };
    await recordEvidence(ports, { runId, step: 'check-gate', packageDigest, facts });
    return {
      runId,
      packageDigest,
      ...shown,
      ready: gate.status === 'READY',
      gate,
      documents,
      answersLeft: environment.APPROVAL_ANSWERS,
      startBySeconds: environment.START_BY_SECONDS,
    };
  };
}
