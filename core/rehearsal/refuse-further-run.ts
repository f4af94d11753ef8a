import type * as z from 'zod';
import { type Environment, scriptName } from '../base/environment.ts';
import { RehearsalFailed, ScriptFailed } from '../base/errors.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { createRehearsalCall } from './call.ts';
import { clonedSchema } from './contracts.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';

/**
 * State *Refuse a further run*: starts a second release on a database that is released already. Its preflight and its
 * first writing tier must both refuse with a raised error, which is psql's exit code 3.
 * @throws RehearsalFailed when one of them does not refuse, EvidenceNotWritten, or as `runScript`.
 */
export function refuseFurtherRun(environment: Environment<'refuse-further-run'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.output<typeof clonedSchema>> => {
    const { state, execution } = parseStep(clonedSchema, event);
    const { runId, packageDigest, apr } = state;
    // A further run needs an id of its own: under the same id, the stamps would look like its own work.
    const further = { ...state, runId: runIdOf(`${execution.Id}:further`) };
    const call = createRehearsalCall(ports, environment, further);
    const refusals: string[] = [];
    for (const name of environment.SCRIPTS.map(scriptName)) {
      try {
        await call(name, { ratifiedApr: apr });
      } catch (error) {
        if (!(error instanceof ScriptFailed && error.message.includes('REFUSING: '))) throw error;
        refusals.push(error.message);
        continue;
      }
      throw new RehearsalFailed(`${name} did not refuse the clone, although it is released already.`);
    }
    await recordEvidence(ports, { runId, step: 'refuse-further-run', packageDigest, facts: { refusals } });
    const proven = [...state.proven, 'A further run is refused, by the preflight and by the first tier that writes.'];
    return { ...state, refused: true, proven };
  };
}
