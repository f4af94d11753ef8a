import type { EndingState } from '../contracts.ts';
import { namedDigest } from '../digest.ts';
import { type Ending, endingOf } from '../ending.ts';
import { chainProblems, type EvidenceEntry, evidenceEntrySchema } from '../evidence.ts';
import type { StoredEntry } from '../ports.ts';

/** The release report: what `report.json` holds and every other rendering is made from. */
export interface Report {
  readonly format: 'one-roof-report/1';
  readonly runId: string;
  readonly execution: { readonly arn: string; readonly name: string; readonly startedAt: string };
  readonly endedAt: string;
  readonly packageDigest: string;
  readonly ending: Ending;
  readonly state: EndingState;
  readonly evidence: {
    readonly entries: readonly EvidenceEntry[];
    /** `sha256:` of the last entry's bytes: with it, the whole chain is fixed. */
    readonly head: string;
    /** Empty when the chain is whole. */
    readonly problems: readonly string[];
  };
}

/** What a report is built from. */
export interface ReportSource {
  readonly runId: string;
  readonly execution: Report['execution'];
  readonly endedAt: string;
  readonly packageDigest: string;
  readonly state: EndingState;
  readonly stored: readonly StoredEntry[];
}

function parseEntries(stored: readonly StoredEntry[]): EvidenceEntry[] {
  return stored.flatMap(({ text }) => {
    try {
      const parsed = evidenceEntrySchema.safeParse(JSON.parse(text));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}

/** Builds the report of a run from its state and its evidence; total, also for a run that ended early. */
export function buildReport({ stored, ...source }: ReportSource): Report {
  const texts = stored.map(({ text }) => text);
  return {
    format: 'one-roof-report/1',
    ...source,
    ending: endingOf(source.state),
    evidence: { entries: parseEntries(stored), head: namedDigest(texts.at(-1) ?? ''), problems: chainProblems(texts) },
  };
}
