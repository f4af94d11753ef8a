import { type BasePorts } from './ports.ts';
import { recordEvidence } from './evidence.ts';
import { rehearsalSummarySchema, type RehearsalSummary, type ShownRehearsal } from './rehearsal-summary.ts';
import { parseEntries } from './report/closing.ts';

/** Where every rehearsal of every package is recorded, one entry each, chained like the evidence of a run. */
const INDEX = 'rehearsals';
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
  readonly blocker?: { readonly code: string; readonly explanation: string };
}

/** Adds a rehearsal to the index, passed or not. @throws EvidenceNotWritten. */
export async function indexRehearsal(
  ports: BasePorts,
  packageDigest: string,
  summary: RehearsalSummary,
): Promise<void> {
  await recordEvidence(ports, { runId: INDEX, step: 'rehearsal', packageDigest, facts: { ...summary } });
}

interface Passed {
  readonly packageDigest: string;
  readonly shown: ShownRehearsal;
}

async function passedRehearsals(ports: BasePorts): Promise<Passed[]> {
  const entries = parseEntries(await ports.evidence.list(INDEX));
  return entries.flatMap(({ packageDigest, at, facts }) => {
    const summary = rehearsalSummarySchema.safeParse(facts).data;
    return summary?.result === 'passed' ? [{ packageDigest, shown: { ...summary, at } }] : [];
  });
}

function blockerOf(demand: RehearsalDemand, found: ShownRehearsal | undefined, others: number, now: Date) {
  if (found === undefined && others > 0) {
    return {
      code: 'rehearsal_of_another_package;',
      explanation: `Rehearsals have passed, but of other packages; ${demand.packageDigest} was never rehearsed: run one-roof rehearse.`,
    };
  }
  if (found === undefined) {
    return { code: 'rehearsal_missing;', explanation: 'This package was never rehearsed: run one-roof rehearse.' };
  }
  if (now.getTime() - new Date(found.at).getTime() > demand.days * DAY_MS) {
    return {
      code: 'rehearsal_stale;',
      explanation: `The last rehearsal of this package passed on ${found.at.slice(0, 10)}, more than ${demand.days} days ago: run one-roof rehearse.`,
    };
  }
  return undefined;
}

/**
 * Looks for the latest passing rehearsal of exactly this package. Where none is required, a store that cannot be read
 * keeps nobody from releasing.
 * @throws the store's error when a rehearsal is required.
 */
export async function findRehearsal(ports: BasePorts, demand: RehearsalDemand): Promise<RehearsalFinding> {
  let passed: Passed[] = [];
  try {
    passed = await passedRehearsals(ports);
  } catch (error) {
    if (demand.required) throw error;
    ports.log.warn('rehearsals cannot be read', { error: error instanceof Error ? error.name : 'unknown' });
  }
  const found = passed.findLast(({ packageDigest }) => packageDigest === demand.packageDigest)?.shown;
  const blocker = demand.required ? blockerOf(demand, found, passed.length, ports.clock.now()) : undefined;
  return { ...(found === undefined ? {} : { rehearsal: found }), ...(blocker === undefined ? {} : { blocker }) };
}
