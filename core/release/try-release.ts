import type * as z from 'zod';
import { approvedSchema, trialSchema, type tierStateSchema } from '../base/contracts.ts';
import type { Environment } from '../base/environment.ts';
import { RedriveRefused, ScriptFailed } from '../base/errors.ts';
import { parseJsonFact } from '../base/json.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { parseStep } from '../base/step-input.ts';
import { createCallScript } from '../command/call-script.ts';
import { recordEvidence, recordFailure } from '../evidence/evidence.ts';
import { trialId } from '../package/engine-scripts.ts';
import { placeOf } from '../package/line-map.ts';

/** A failure in the trial by the file and line of the script that a person opens, not by the trial's own. */
function located(error: unknown, lines: string): unknown {
  if (!(error instanceof ScriptFailed) || error.place === undefined) return error;
  const place = placeOf(lines, error.place.line);
  if (place === undefined) return error;
  const [was, is] = [`${error.place.file}:${error.place.line}`, `${place.file}:${place.line}`];
  const message = error.message.includes(was) ? error.message.replace(was, is) : `${error.message} (${is})`;
  return new ScriptFailed(message, { cause: error, place });
}

/**
 * Tries the whole release and its undo in one transaction that cannot commit, so that a release that would fail, or could not be
 * undone, never starts. Like a tier it is sent once.
 * @throws CommandNotSent, ScriptFailed, OutcomeUnknown, EvidenceNotWritten, RedriveRefused.
 */
export function tryRelease(environment: Environment<'try-release'>, ports: SenderPorts) {
  return async (event: unknown): Promise<z.input<typeof tierStateSchema>> => {
    const { state, execution, enteredAt } = parseStep(approvedSchema, event);
    if ((execution.RedriveCount ?? 0) > 0) throw new RedriveRefused('A trial is never redriven: start a new release.');
    const { runId, documents, approval, packageDigest } = state;
    const entry = { runId, step: trialId, packageDigest };
    const parameters = { ratifiedApr: approval.apr };
    const call = createCallScript(ports, environment, { runId, enteredAt, documents, parameters });
    try {
      const { facts, statements } = await call(trialId);
      const trial = parseJsonFact(trialSchema, facts['json']);
      const recorded = { ...entry, facts: { ...trial, ...(statements && { statements }) } };
      const evidence = await recordEvidence(ports, recorded, state.evidence);
      return { ...state, evidence, trial };
    } catch (thrown) {
      const error = located(thrown, environment.TRIAL_LINES);
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
