import * as z from 'zod';
import type { checkedSchema, Gate } from '../base/contracts.ts';
import { startedBy } from '../base/declared.ts';
import type { Environment } from '../base/environment.ts';
import { namedDigest } from '../base/digest.ts';
import { EvidenceNotWritten, RedriveRefused } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { logLines } from '../base/log-lines.ts';
import type { GatePorts } from '../base/step-ports.ts';
import { type Blocking, codeOf } from './engine-blockers.ts';
import { findOthers, tellOthers } from './other-releases.ts';
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
 * Leaves the package in the folder of the run before anybody is asked, so that the folder alone shows what was approved and
 * sent. The entry names its digest. @throws EvidenceNotWritten.
 */
async function keepPackage({ deployed, evidence, log }: GatePorts, runId: string): Promise<{ archive: string }> {
  const text = deployed.archive();
  try {
    await evidence.writeArchive(runId, text);
  } catch (error) {
    log.warn(logLines.evidenceNotWritten, { runId, step: 'check-gate' });
    throw new EvidenceNotWritten('The package was not written into the evidence', { cause: error });
  }
  return { archive: namedDigest(text) };
}

/**
 * First state of a release: reads the gate, pins the documents, and writes the run's first evidence entry.
 * @throws RedriveRefused, EvidenceNotWritten, or as `readGate`.
 */
export function checkGate(environment: Environment<'check-gate'>, ports: GatePorts) {
  return async (event: unknown): Promise<z.output<typeof checkedSchema>> => {
    const { execution, enteredAt } = parseStep(anyInput, event);
    if ((execution.RedriveCount ?? 0) > 0) throw new RedriveRefused('A release is never redriven: start a new one.');
    const runId = runIdOf(execution.Id);
    const { STATE_MACHINE_ARN: machine } = environment;
    const asked = findOthers((most) => ports.running.list(machine, most), execution.Id);
    const { gate: read, documents } = await readGate(ports, environment, runId, enteredAt);
    const packageDigest = environment.PACKAGE_DIGEST;
    const demand = {
      required: environment.REQUIRE_REHEARSAL === 'true',
      days: environment.REHEARSAL_DAYS,
      packageDigest,
    };
    const { rehearsal, statements: rehearsed, blocker } = await findRehearsal(ports, demand);
    const others = tellOthers(await asked, 'when the gate was read');
    const noted = { ...read, notes: [...others, ...environment.PLAN_NOTES, ...read.notes] };
    const gate = blocker === undefined ? noted : withBlocker(noted, blocker);
    const shown = rehearsal === undefined ? {} : { rehearsal };
    const who = startedBy(execution.Input);
    const started = who === undefined ? {} : { startedBy: who };
    const kept = gate.status === 'READY' ? await keepPackage(ports, runId) : {};
    const facts = {
      execution: execution.Id,
      ...started,
      gate,
      documents,
      ...kept,
      ...shown,
      ...(rehearsed && { rehearsed }),
    };
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
