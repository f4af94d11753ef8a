import type * as z from 'zod';
import { type Environment, scriptName } from '../base/environment.ts';
import { InputInvalid } from '../base/errors.ts';
import { recordEvidence, recordFailure } from '../evidence/evidence.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall } from './call.ts';
import { clonedSchema } from './contracts.ts';
import { parseStep } from '../base/step-input.ts';

/**
 * State *Rehearse forward*: runs the next tier on the clone; the state machine repeats the state until no tier is left.
 * The script is the release's own except for the name of the database, and it is sent in the same way.
 * @throws EvidenceNotWritten, or as `runScript`.
 */
export function rehearseForward(environment: Environment<'rehearse-forward'>, ports: SenderPorts) {
  const tiers = environment.SCRIPTS.map(scriptName);
  return async (event: unknown): Promise<z.output<typeof clonedSchema>> => {
    const { state } = parseStep(clonedSchema, event);
    const { runId, packageDigest, apr } = state;
    const before = state.more ? (state.forward.at(-1) ?? []) : [];
    const earlier = state.more ? state.forward.slice(0, -1) : state.forward;
    const id = tiers[before.length];
    if (id === undefined) throw new InputInvalid('Every tier has been rehearsed already.');
    const entry = { runId, step: `rehearse-${id}`, packageDigest };
    try {
      const call = createRehearsalCall(ports, environment, state);
      const { facts, seconds, statements } = await call(id, { ratifiedApr: apr });
      await recordEvidence(ports, { ...entry, facts: { ...facts, seconds, ...(statements && { statements }) } });
      const done = [...before, { id, seconds, facts }];
      const more = done.length < tiers.length;
      const total = done.reduce((sum, tier) => sum + tier.seconds, 0);
      const again = earlier.length > 0 ? 'again, ' : '';
      const sentence = `All ${tiers.length} tiers went forward, ${again}in ${total.toFixed(1)} s.`;
      const proven = more ? state.proven : [...state.proven, sentence];
      return { ...state, forward: [...earlier, done], more, proven };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
