import type * as z from 'zod';
import { type CallScript, callAll, createCallScript } from '../command/call-script.ts';
import { tierStateSchema, type TierResult } from '../base/contracts.ts';
import { type Environment, scriptName } from '../base/environment.ts';
import { RedriveRefused } from '../base/errors.ts';
import { recordEvidence, recordEvidenceIfPossible, recordFailure } from '../evidence/evidence.ts';
import { tierScriptId } from '../package/plan.ts';
import type { SenderPorts } from '../base/step-ports.ts';
import { parseStep } from '../base/step-input.ts';
import { settled } from '../base/settled.ts';

/** Sends a script for the report alone: that it failed becomes a fact. */
function forTheReport(call: CallScript): CallScript {
  return async (name) => {
    try {
      return await call(name);
    } catch (error) {
      return { facts: { problem: error instanceof Error ? error.message : String(error) }, seconds: 0, commandId: '' };
    }
  };
}

/**
 * Runs one tier, once, and beside it its read-only scripts, because the way to the node takes longer than any of them.
 * A tier is never retried: whatever is not proven to have succeeded is an error, and the Catch starts the rollback.
 * Only beside a tier that writes may a read-only script fail, as the tier alone decides about what it wrote.
 * @throws CommandNotSent, ScriptFailed, OutcomeUnknown, EvidenceNotWritten (before the seal only), RedriveRefused.
 */
export function runTier(environment: Environment<'run-tier'>, ports: SenderPorts) {
  const tier = { id: environment.TIER_ID, name: environment.TIER_NAME };
  const own = tierScriptId(tier);
  const beside = environment.SCRIPTS.map(scriptName).filter((name) => name !== own);
  const record = environment.TIER_SEALS === 'true' ? recordEvidenceIfPossible : recordEvidence;

  return async (event: unknown): Promise<z.output<typeof tierStateSchema>> => {
    const { state, execution, enteredAt } = parseStep(tierStateSchema, event);
    if ((execution.RedriveCount ?? 0) > 0)
      throw new RedriveRefused('A tier is never redriven, because it may have run already: start a new release.');
    const { runId, documents, approval, packageDigest } = state;
    const entry = { runId, step: own, packageDigest };
    const parameters = { ratifiedApr: approval.apr };
    const call = createCallScript(ports, environment, { runId, enteredAt, documents, parameters });
    try {
      const read = environment.TIER_MUTATES === 'true' ? forTheReport(call) : call;
      const [{ facts, seconds, statements }, factsBeside] = await settled([call(own), callAll(read, beside)]);
      const result: TierResult = { ...tier, facts, beside: factsBeside, seconds };
      const recorded = {
        ...entry,
        facts: { ...result, title: environment.TIER_TITLE, ...(statements && { statements }) },
      };
      const evidence = await record(ports, recorded, state.evidence);
      const sealed = environment.TIER_SEALS === 'true';
      return { ...state, ...(evidence && { evidence }), tiers: [...state.tiers, result], sealed };
    } catch (error) {
      await recordFailure(ports, entry, error);
      throw error;
    }
  };
}
