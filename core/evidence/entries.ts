import * as z from 'zod';
import { decidedSchema, gateSchema, tierResultSchema, postCheckedSchema, trialSchema } from '../base/contracts.ts';
import { type EndingState } from '../base/ending-state.ts';
import { states } from '../base/names.ts';
import { trialId } from '../package/engine-scripts.ts';
import type { EvidenceEntry } from './evidence.ts';

const gateFacts = z.object({ execution: z.string(), gate: gateSchema });
const starterFacts = z.object({ startedBy: z.string() });
const archiveFacts = z.object({ archive: z.string() });
const answerFacts = decidedSchema.pick({
  decision: true,
  reason: true,
  approval: true,
  approvals: true,
  verified: true,
});
const failureFacts = z.object({ error: z.string(), message: z.string().optional() });
const tierStep = /^tier-([0-9]+)$/;
const failedTierStep = /^tier-([0-9]+)-failed$/;

/** The last entry of a step, if there is one. */
export function lastOf(entries: readonly EvidenceEntry[], step: string): EvidenceEntry | undefined {
  return entries.findLast((entry) => entry.step === step);
}

/** Whether one of the entries says that the run was undone. */
export function wasUndone(entries: readonly EvidenceEntry[]): boolean {
  return entries.some(({ step, facts }) => step === 'undo' && facts['outcome'] === 'undone');
}

/** The id of the tier that recorded its own failure; one that failed after the fence was ended by the fence. */
export function failedTierId(entries: readonly EvidenceEntry[]): string | undefined {
  const fence = entries.findIndex(({ step }) => step === 'fence');
  const before = fence === -1 ? entries : entries.slice(0, fence);
  return before.flatMap(({ step }) => failedTierStep.exec(step)?.[1] ?? []).at(-1);
}

const wayBack = {
  'fence-failed': states.fence,
  'undo-failed': states.undo,
  'prove-baseline-failed': states.proveBaseline,
};

/** The step of the rollback that failed last, by the name of its state, and why; undefined when none recorded it. */
export function wayBackFailure(entries: readonly EvidenceEntry[]): { step: string; message: string } | undefined {
  for (const { step, facts } of [...entries].reverse()) {
    const state = Object.entries(wayBack).find(([name]) => name === step)?.[1];
    const failure = failureFacts.safeParse(facts).data;
    if (state !== undefined && failure !== undefined) return { step: state, message: failure.message ?? failure.error };
  }
  return undefined;
}

/** The execution of the release itself, as its first entry names it. */
export function releaseArn(entries: readonly EvidenceEntry[]): string | undefined {
  return gateFacts.safeParse(lastOf(entries, 'check-gate')?.facts).data?.execution;
}

/** The digest of the package that lies in the folder of the run; undefined when the run never asked for an approval. */
export function archiveDigest(entries: readonly EvidenceEntry[]): string | undefined {
  return archiveFacts.safeParse(lastOf(entries, 'check-gate')?.facts).data?.archive;
}

/** Who started the release, as its first entry says; undefined where nobody said. */
export function recordedStarter(entries: readonly EvidenceEntry[]): string | undefined {
  return starterFacts.safeParse(lastOf(entries, 'check-gate')?.facts).data?.startedBy;
}

function errorOf(entries: readonly EvidenceEntry[]): EndingState['error'] {
  const tier = failedTierId(entries);
  const failed = lastOf(entries, tier === undefined ? `${trialId}-failed` : `tier-${tier}-failed`);
  const facts = failureFacts.safeParse(failed?.facts).data;
  return facts === undefined ? undefined : { Error: facts.error, Cause: facts.message ?? null };
}

/**
 * The state of a release as its entries tell it. For the report of a rollback that a stopped release cannot write, and
 * to compare with what a report claims.
 */
export function stateFromEntries(entries: readonly EvidenceEntry[]): EndingState {
  const gate = gateFacts.safeParse(lastOf(entries, 'check-gate')?.facts).data?.gate;
  const answer = answerFacts.safeParse(lastOf(entries, 'check-answer')?.facts).data;
  const tiers = entries.flatMap(({ step, facts }) =>
    tierStep.test(step) ? (tierResultSchema.safeParse(facts).data ?? []) : [],
  );
  const trial = trialSchema.safeParse(lastOf(entries, trialId)?.facts).data;
  const checks = postCheckedSchema.shape.postChecks.safeParse(postCheckFacts(entries)).data;
  const error = errorOf(entries);
  const first = entries[0];
  return {
    ...(first === undefined ? {} : { runId: first.runId, packageDigest: first.packageDigest }),
    ...(gate === undefined ? {} : { gate, ready: gate.status === 'READY' }),
    ...(answer === undefined ? {} : answer),
    ...(trial === undefined ? {} : { trial }),
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(checks === undefined ? {} : { postChecks: checks }),
    ...(error === undefined ? {} : { error }),
  };
}

function postCheckFacts(entries: readonly EvidenceEntry[]): unknown {
  const entry = lastOf(entries, 'post-checks');
  if (entry === undefined) return undefined;
  const { problems, ...facts } = entry.facts;
  return { problems, facts };
}
