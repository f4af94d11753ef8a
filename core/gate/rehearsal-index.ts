import { REHEARSALS } from '../base/evidence-key.ts';
import { type BasePorts } from '../base/step-ports.ts';
import { type StatementTimes, timedFactsSchema } from '../base/statement-times.ts';
import { recordEvidence } from '../evidence/evidence.ts';
import { rehearsalSummarySchema, type RehearsalSummary, type ShownRehearsal } from '../base/rehearsal-summary.ts';
import type { Blocking } from './engine-blockers.ts';
import { parseEntries } from '../evidence/parse-entries.ts';

const DAY_MS = 24 * 3600 * 1000;

/** What the gate demands of rehearsals. */
export interface RehearsalDemand {
  readonly required: boolean;
  /** Days after which a rehearsal is too old. */
  readonly days: number;
  readonly packageDigest: string;
}

/** What the gate found: the rehearsal to show, and what keeps the gate closed. */
export interface RehearsalFinding {
  readonly rehearsal?: ShownRehearsal;
  /** What each statement of its tiers took, for the report. */
  readonly statements?: StatementTimes;
  readonly blocker?: Blocking;
}

/**
 * Adds a rehearsal, passed or not, to the list of all of every package, which is chained like the evidence of a run.
 * @throws EvidenceNotWritten.
 */
export async function indexRehearsal(
  ports: BasePorts,
  packageDigest: string,
  summary: RehearsalSummary,
  statements: StatementTimes = {},
): Promise<void> {
  const facts = { ...summary, statements };
  await recordEvidence(ports, { runId: REHEARSALS, step: 'rehearsal', packageDigest, facts });
}

interface Indexed {
  readonly packageDigest: string;
  readonly shown: ShownRehearsal;
  readonly statements: StatementTimes;
}

async function indexed(ports: BasePorts): Promise<Indexed[]> {
  const entries = parseEntries(await ports.evidence.list(REHEARSALS));
  return entries.flatMap(({ packageDigest, at, facts }) => {
    const summary = rehearsalSummarySchema.safeParse(facts).data;
    const { statements } = timedFactsSchema.safeParse(facts).data ?? { statements: {} };
    return summary === undefined ? [] : [{ packageDigest, shown: { ...summary, at }, statements }];
  });
}

function blockerOf(
  demand: RehearsalDemand,
  found: ShownRehearsal | undefined,
  others: number,
  now: Date,
): Blocking | undefined {
  if (found === undefined && others > 0) {
    return {
      code: 'rehearsal_of_another_package',
      explanation: `Rehearsals have passed, but of other packages; ${demand.packageDigest} was never rehearsed: run one-roof rehearse.`,
    };
  }
  if (found === undefined) {
    return { code: 'rehearsal_missing', explanation: 'This package was never rehearsed: run one-roof rehearse.' };
  }
  if (found.result === 'failed') {
    return {
      code: 'rehearsal_failed',
      explanation: `The last rehearsal of this package, on ${found.at.slice(0, 10)}, failed (${found.reason}): find out why, and run one-roof rehearse again.`,
    };
  }
  if (now.getTime() - new Date(found.at).getTime() > demand.days * DAY_MS) {
    return {
      code: 'rehearsal_stale',
      explanation: `The last rehearsal of this package passed on ${found.at.slice(0, 10)}, more than ${demand.days} days ago: run one-roof rehearse.`,
    };
  }
  return undefined;
}

/**
 * Looks for the latest rehearsal of exactly this package: one that passed is shown to the approver, one that failed
 * counts, whatever had passed before it, as production has changed since. One that was refused before it began counts for
 * nothing. Where none is required, a store that cannot be read keeps nobody from releasing.
 * @throws the store's error when a rehearsal is required.
 */
export async function findRehearsal(ports: BasePorts, demand: RehearsalDemand): Promise<RehearsalFinding> {
  let known: Indexed[] = [];
  try {
    known = await indexed(ports);
  } catch (error) {
    if (demand.required) throw error;
    ports.log.warn('rehearsals cannot be read', { error: error instanceof Error ? error.name : 'unknown' });
  }
  const found = known.findLast(
    ({ packageDigest, shown }) => packageDigest === demand.packageDigest && shown.result !== 'refused',
  );
  const others = known.filter(({ shown }) => shown.result === 'passed').length;
  const blocker = demand.required ? blockerOf(demand, found?.shown, others, ports.clock.now()) : undefined;
  const shown = found?.shown.result === 'passed' ? { rehearsal: found.shown, statements: found.statements } : {};
  return { ...shown, ...(blocker === undefined ? {} : { blocker }) };
}
