import type { EndingState } from '../base/ending-state.ts';
import { namedDigest } from '../base/digest.ts';
import type { Ending } from '../ending/ending.ts';
import { chainProblems } from '../evidence/chain.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import type { StoredEntry } from '../base/ports.ts';
import { type Closing, closingSchema } from '../ending/closing.ts';
import type { NamedTier } from '../base/named-tiers.ts';
import { parseEntries } from '../evidence/parse-entries.ts';

/** The report of a run: the content of `report.json`, from which every other rendering is made. */
export interface Report {
  readonly format: 'one-roof-report/1';
  /** A release's own report, or the report that a rollback writes. */
  readonly kind: 'release' | 'rollback';
  /** What the package is called. */
  readonly title: string;
  readonly runId: string;
  readonly execution: { readonly arn: string; readonly name: string; readonly startedAt: string };
  readonly endedAt: string;
  readonly packageDigest: string;
  readonly ending: Ending;
  readonly tiers: readonly NamedTier[];
  readonly state: EndingState;
  /** Who started, stopped and undid the release, as far as each of them said. */
  readonly people: NonNullable<Closing['people']>;
  /** Who signs the head; absent in reports from before there were signatures. */
  readonly signer?: string;
  readonly evidence: {
    readonly entries: readonly EvidenceEntry[];
    /** `sha256:` digest of the last entry's bytes; it covers the whole chain. */
    readonly head: string;
    /** Empty when the chain is whole. */
    readonly problems: readonly string[];
  };
}

/**
 * Builds the report that the entry `closing` closes, from evidence alone: the same entries give the same bytes, and so
 * `verify-report` can prove every byte of a report. Undefined when the entry does not close a run.
 */
export function buildReport(stored: readonly StoredEntry[], closing: EvidenceEntry): Report | undefined {
  const facts = closingSchema.safeParse(closing.facts).data;
  if (facts === undefined) return undefined;
  const covered = stored.filter(({ sequence }) => sequence <= closing.sequence);
  const texts = covered.map(({ text }) => text);
  const recorded = covered.at(-1)?.sequence === closing.sequence;
  const { title, name, exitCode, headline, execution, tiers, state, people = {}, signer } = facts;
  return {
    format: 'one-roof-report/1',
    kind: closing.step === 'ending' ? 'release' : 'rollback',
    title,
    runId: closing.runId,
    execution,
    endedAt: closing.at,
    packageDigest: closing.packageDigest,
    ending: { name, exitCode, headline },
    tiers,
    state,
    people,
    ...(signer === undefined ? {} : { signer }),
    evidence: {
      entries: parseEntries(covered),
      head: namedDigest(texts.at(-1) ?? ''),
      problems: [...chainProblems(texts), ...(recorded ? [] : ['the ending itself could not be recorded'])],
    },
  };
}

/** The bytes of `report.json`. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
