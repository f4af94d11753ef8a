import type { executionSchema } from '../base/contracts.ts';
import type * as z from 'zod';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { logLines } from '../base/log-lines.ts';
import type { BasePorts } from '../base/ports.ts';
import { rollbackEnding, type RollbackOutcome, rolledBackState } from '../ending/rollback-ending.ts';
import { closeRun } from '../report/close-run.ts';
import type { NamedTier } from '../base/named-tiers.ts';
import { parseEntries } from '../evidence/parse-entries.ts';

/** What every function of ROLLBACK knows of the package. */
interface Settings {
  readonly PACKAGE_DIGEST: string;
  readonly TIERS: readonly NamedTier[];
}

/** A rollback, or one attempt of it, that has ended. */
export interface EndedRollback {
  readonly runId: string;
  /** The execution of ROLLBACK. */
  readonly execution: z.output<typeof executionSchema>;
  readonly outcome: RollbackOutcome;
}

/** A release that reported itself and left nothing to undo needs no second report from the rule that looked after it. */
function saysNothingNew(entries: readonly EvidenceEntry[], outcome: RollbackOutcome): boolean {
  return entries.length === 0 || (outcome === 'nothing_to_roll_back' && entries.at(-1)?.step === 'ending');
}

/**
 * Writes the report of a rollback, `rollback-NNNN.*` after the entry that closes it: a release that was stopped, or
 * timed out, cannot report itself. Never throws: a rollback does not depend on the evidence store.
 */
export async function reportRollback(ports: BasePorts, settings: Settings, rollback: EndedRollback): Promise<void> {
  const { runId, execution, outcome } = rollback;
  try {
    const entries = parseEntries(await ports.evidence.list(runId));
    if (saysNothingNew(entries, outcome)) return;
    await closeRun(ports, {
      runId,
      step: 'rollback-ended',
      // What was released, also when another package has been deployed since.
      packageDigest: entries[0]?.packageDigest ?? settings.PACKAGE_DIGEST,
      closing: {
        ...rollbackEnding(outcome),
        execution: { arn: execution.Id, name: execution.Name, startedAt: execution.StartTime },
        tiers: [...settings.TIERS],
        state: rolledBackState(entries, outcome),
      },
    });
  } catch (error) {
    ports.log.warn(logLines.reportNotWritten, { runId, error: error instanceof Error ? error.name : 'unknown' });
  }
}
