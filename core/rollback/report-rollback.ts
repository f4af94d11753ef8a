import type * as z from 'zod';
import { startedBy } from '../base/declared.ts';
import { endedRollbackSchema, rollbackInputSchema } from '../base/rollback-contracts.ts';
import type { Environment } from '../base/environment.ts';
import type { RollbackReportPorts } from '../base/step-ports.ts';
import { parseStep, type StepInput } from '../base/step-input.ts';
import { rollbackEnding, type RollbackOutcome, rolledBackState } from '../ending/rollback-ending.ts';
import type { Closing } from '../ending/closing.ts';
import { recordedStarter } from '../evidence/entries.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { parseEntries } from '../evidence/parse-entries.ts';
import { closeRun, loggingFailure, type WrittenReport } from '../report/close-run.ts';
import { tellEnding } from '../report/tell-ending.ts';
import { findRelease } from './find-release.ts';

type Ended = z.output<typeof endedRollbackSchema>;
type Settings = Environment<'report-rollback'>;

/** Whether a report would say nothing new: the release has reported itself, and the rollback found nothing to undo. */
function saysNothingNew(entries: readonly EvidenceEntry[], outcome: RollbackOutcome): boolean {
  return entries.length === 0 || (outcome === 'nothing_to_roll_back' && entries.at(-1)?.step === 'ending');
}

/**
 * The run that was to be rolled back. *Fence* writes its id into the state; when *Fence* itself failed, only the input
 * of the execution is left. Undefined when that input means no release, or when the newest began after this rollback.
 */
async function runOf(
  settings: Settings,
  ports: RollbackReportPorts,
  { state, execution }: StepInput<Ended>,
): Promise<string | undefined> {
  if (state.runId !== undefined) return state.runId;
  const input = rollbackInputSchema.safeParse(execution.Input ?? {}).data;
  const release = input === undefined ? undefined : await findRelease(settings, ports, input);
  if (release === undefined || release.running) return undefined;
  return release.startedAt > new Date(execution.StartTime) ? undefined : release.runId;
}

/** Who started the release, stopped it and had it undone, as far as anybody said. */
function peopleOf(entries: readonly EvidenceEntry[], { state, execution }: StepInput<Ended>): Closing['people'] {
  const { stoppedBecause: stopped } = state;
  const [started, undid] = [recordedStarter(entries), startedBy(execution.Input)];
  return {
    ...(started === undefined ? {} : { started }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(undid === undefined ? {} : { undid }),
  };
}

async function close(
  settings: Settings,
  ports: RollbackReportPorts,
  runId: string,
  input: StepInput<Ended>,
): Promise<WrittenReport | undefined> {
  const { state, execution } = input;
  const outcome = state.error === undefined ? state.outcome : undefined;
  const entries = parseEntries(await ports.evidence.list(runId));
  if (saysNothingNew(entries, outcome)) return undefined;
  const ended = rolledBackState(entries, outcome);
  return closeRun(ports, {
    runId,
    step: 'rollback-ended',
    // The released package's digest, which is another one when a package has been deployed since.
    packageDigest: entries[0]?.packageDigest ?? settings.PACKAGE_DIGEST,
    closing: {
      ...rollbackEnding(outcome, ended),
      title: settings.TITLE,
      execution: { arn: execution.Id, name: execution.Name, startedAt: execution.StartTime },
      tiers: settings.TIERS,
      signer: settings.SIGNING_KEY,
      state: ended,
      people: peopleOf(entries, input),
    },
  });
}

/**
 * State *Write report* of ROLLBACK, its last step: records how the rollback ended, writes the report `rollback-NNNN.*`,
 * named after the closing entry, and tells people. A release that was stopped or timed out cannot report itself. This
 * step decides nothing: the machine chooses its end from the state before it, also when this step fails.
 * @throws the store's error; the state machine's Catch goes on, as a rollback does not depend on the evidence store.
 */
export function reportRollback(settings: Settings, given: RollbackReportPorts) {
  return async (event: unknown): Promise<Ended & { report?: string; evidenceHead?: string }> => {
    const input = parseStep(endedRollbackSchema, event);
    const { state } = input;
    const runId = await runOf(settings, given, input);
    if (runId === undefined) return state;
    const ports = { ...given, log: given.log.with({ runId }) };
    const written = await loggingFailure(ports, runId, () => close(settings, ports, runId, input));
    if (written === undefined) return state;
    const { ending, evidence } = written.report;
    await tellEnding(ports, { what: `${settings.TITLE}, rollback of ${runId}`, ending, written });
    return { ...state, runId, report: written.location, evidenceHead: evidence.head };
  };
}
