import * as z from 'zod';
import { cloneName } from '../package/clone-variant.ts';
import type { Environment } from '../base/environment.ts';
import { RehearsalFailed } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { readDocuments } from '../gate/read-gate.ts';
import { createRehearsalCall } from './call.ts';
import type { roomySchema } from './contracts.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';

function megabytes(bytes: string | undefined): string {
  return `${(Number(bytes) / 1e6).toFixed(0)} MB`;
}

/**
 * First state of a rehearsal, *Check disk*: checks that the deployed documents are the ones that were built, removes
 * what earlier rehearsals left behind, checks that the disk has room, and records the present state of production.
 * @throws RehearsalFailed, EvidenceNotWritten, or as `runScript`.
 */
export function checkDisk(environment: Environment<'check-disk'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof roomySchema>> => {
    const { execution } = parseStep(z.unknown(), event);
    const packageDigest = environment.PACKAGE_DIGEST;
    const runId = runIdOf(execution.Id);
    const clone = cloneName(environment.DATABASE, new Date(execution.StartTime));
    const { pins, differing } = await readDocuments(ports, environment);
    if (differing.length > 0) {
      throw new RehearsalFailed(
        `The deployed documents ${differing.join(', ')} are not those of this package. Nothing was copied. Deploy again.`,
      );
    }
    const call = createRehearsalCall(ports, environment, { runId, clone, documents: pins });
    const { facts: cleaned } = await call('clean');
    const { facts: disk } = await call('disk');
    const fingerprint = (await call('production-fingerprint')).facts['json'] ?? '';
    const probe = (await call('production-probe')).facts['json'] ?? '';
    const left = Number(cleaned['dropped']);
    const proven = [
      left === 0 ? 'No clone of an earlier rehearsal was left.' : `${left} clones of earlier rehearsals were dropped.`,
      `The disk has room: three times ${megabytes(disk['bytes'])} needed, ${megabytes(disk['free'])} free.`,
    ];
    const facts = { execution: execution.Id, clone, cleaned, disk, fingerprint, probe, documents: pins };
    await recordEvidence(ports, { runId, step: 'check-disk', packageDigest, facts });
    const production = { fingerprint, probe };
    return { runId, packageDigest, clone, documents: pins, bytes: Number(disk['bytes']), production, proven };
  };
}
