import * as z from 'zod';
import type { Environment } from '../base/environment.ts';
import { InputInvalid } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { parseJsonFact } from '../base/json.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall } from './call.ts';
import { clonedSchema, roomySchema } from './contracts.ts';
import { parseStep } from '../base/step-input.ts';
import { changedSections } from '../ending/changed-sections.ts';

function likeness(unlike: readonly string[], sections: number): string {
  if (unlike.length === 0) return `The clone has production's fingerprint in all ${sections} sections.`;
  return `The clone differs from production in ${unlike.join(', ')} (a dump keeps neither dropped columns nor how a cast was written); the rest is equal.`;
}

/**
 * State *Clone*: copies production while the application goes on, with a guard that holds the release's advisory lock.
 * Then prepares the clone: simulates a signature if there is none, records what exists, and starts to watch the locks.
 * @throws EvidenceNotWritten, InputInvalid, or as `runScript`.
 */
export function clone(environment: Environment<'clone'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof clonedSchema>> => {
    const { state } = parseStep(roomySchema, event);
    const { runId, packageDigest, production } = state;
    const call = createRehearsalCall(ports, environment, state);
    const { facts: copied } = await call('clone');
    const asCopied = (await call('fingerprint')).facts['json'];
    const unlike = changedSections(production.fingerprint, asCopied);
    const { facts: prepared } = await call('prepare');
    await call('record');
    const entry = (await call('fingerprint')).facts['json'] ?? '';
    const signature = prepared['signature'];
    const proven = [
      ...state.proven,
      `Production was copied to ${state.clone} in ${copied['seconds'] ?? '?'} s; nobody had to be disconnected.`,
      likeness(unlike, Object.keys(parseJsonFact(z.record(z.string(), z.string()), production.fingerprint)).length),
      signature === 'present'
        ? 'The signature is there.'
        : 'There is no signature yet, so one was simulated on the clone.',
    ];
    const next = clonedSchema.safeParse({
      ...state,
      proven,
      unlike,
      entry,
      signature,
      apr: prepared['apr'],
      copySeconds: Number(copied['seconds']),
    });
    if (!next.success)
      throw new InputInvalid(
        `The clone's scripts printed facts that do not have the agreed shape: ${next.error.message}`,
      );
    const facts = { copied, prepared, unlike, entry };
    await recordEvidence(ports, { runId, step: 'clone', packageDigest, facts });
    return next.data;
  };
}
