import type * as z from 'zod';
import { causeMessage } from '../ending/cause.ts';
import type { Environment } from '../base/environment.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { type StatementTimes, timedFactsSchema } from '../base/statement-times.ts';
import type { BasePorts } from '../base/step-ports.ts';
import { droppedSchema, type recordedSchema } from './contracts.ts';
import { indexRehearsal } from '../gate/rehearsal-index.ts';
import type { RehearsalSummary } from '../base/rehearsal-summary.ts';
import { runIdOf } from '../base/run-id.ts';
import { parseStep } from '../base/step-input.ts';

type Dropped = z.output<typeof droppedSchema>;

/** Why a rehearsal did not pass; undefined when everything was proven. */
function failure(state: Dropped): string | undefined {
  const { error, dropped, productionChanged, forward = [], back, refused } = state;
  if (dropped !== true) return `The clone was not dropped. ${causeMessage(error?.Cause)}`;
  if (error !== undefined) return `${error.Error ?? 'unknown error'}: ${causeMessage(error.Cause)}`;
  if (productionChanged === undefined) return 'Production was not compared with its state before the rehearsal.';
  if (productionChanged.length > 0) {
    return `Production has changed meanwhile (${productionChanged.join(', ')}). The rehearsal only reads it: find out who changed it.`;
  }
  return forward.length === 2 && back === 2 && refused === true ? undefined : 'The rehearsal was not completed.';
}

/** Whether it ended before anything of the package was played, with production as it was and no clone left. */
function isRefused({ entry, dropped, production, productionChanged }: Dropped): boolean {
  const untouched = production === undefined || productionChanged?.length === 0;
  return entry === undefined && dropped === true && untouched;
}

function summaryOf(runId: string, state: Dropped): RehearsalSummary {
  const reason = failure(state);
  const tiers = state.forward?.[0] ?? [];
  return {
    runId,
    result: reason === undefined ? 'passed' : isRefused(state) ? 'refused' : 'failed',
    reason: reason ?? '',
    bytes: state.bytes ?? 0,
    probe: state.production?.probe ?? '',
    signature: state.signature ?? 'unknown',
    copySeconds: state.copySeconds ?? 0,
    expectedSeconds: Math.round(tiers.reduce((sum, { seconds }) => sum + seconds, 0) * 10) / 10,
    tiers,
    locks: state.locks ?? [],
    unlike: state.unlike ?? [],
  };
}

/** What each statement of the tiers took, the last time that it was rehearsed. The state is small, so the evidence has it. */
async function statementsOf({ evidence }: BasePorts, runId: string): Promise<StatementTimes> {
  const entries = parseEntries(await evidence.list(runId).catch(() => []));
  const timed = entries.flatMap(({ step, facts }) => {
    const [times] = Object.values(timedFactsSchema.safeParse(facts).data?.statements ?? {});
    return times === undefined ? [] : [[step.replace('rehearse-', ''), times] as const];
  });
  return Object.fromEntries(timed);
}

/**
 * Last state of every rehearsal: records the result for the gate and the approver, with the digests of each script as
 * it is in the package and as it ran on the clone.
 * @throws EvidenceNotWritten, because a rehearsal that is not recorded proves nothing.
 */
export function recordRehearsal(environment: Environment<'record-rehearsal'>, ports: BasePorts) {
  return async (event: unknown): Promise<z.output<typeof recordedSchema>> => {
    const { state, execution } = parseStep(droppedSchema, event);
    const runId = runIdOf(execution.Id);
    const packageDigest = environment.PACKAGE_DIGEST;
    const summary = summaryOf(runId, state);
    const facts = { ...summary, scripts: environment.VARIANTS, proven: state.proven ?? [] };
    await recordEvidence(ports, { runId, step: 'record-rehearsal', packageDigest, facts });
    await indexRehearsal(ports, packageDigest, summary, await statementsOf(ports, runId));
    return { ...state, result: summary.result, summary };
  };
}
