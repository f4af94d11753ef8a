import { closingSchema, isClosingStep } from '../ending/closing.ts';
import { releaseArn } from '../evidence/entries.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';

/** A run in one line of a list. */
export interface RunSummary {
  readonly runId: string;
  /** Name of the state machine, which begins with that of the package; empty where no entry tells. */
  readonly machine: string;
  /** When its first step was done. */
  readonly startedAt: string;
  /** The newest ending, an undo included; `open` while there is none. */
  readonly state: string;
  /** What that means, in one sentence. */
  readonly headline: string;
}

/** How a run stands by its evidence alone; undefined for a folder without any entry. */
export function summariseRun(entries: readonly EvidenceEntry[]): RunSummary | undefined {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const closing = closingSchema.safeParse(entries.findLast(({ step }) => isClosingStep(step))?.facts).data;
  return {
    runId: first.runId,
    machine: releaseArn(entries)?.split(':').at(6) ?? '',
    startedAt: first.at,
    state: closing?.name ?? 'open',
    headline: closing?.headline ?? `No ending is recorded; the last step was ${last.step}, at ${last.at}.`,
  };
}
