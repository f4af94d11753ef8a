import { canonicalJson } from '../base/digest.ts';
import { archiveDigest } from '../evidence/entries.ts';
import { keptArchive } from '../evidence/kept-archive.ts';
import type { PackageArchive } from '../package/archive.ts';
import { logLines } from '../base/log-lines.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { recordEvidenceIfPossible } from '../evidence/evidence.ts';
import type { BasePorts } from '../base/step-ports.ts';
import { buildReport, renderJson, type Report } from './build.ts';
import { type Closing, type ClosingStep, reportBase } from '../ending/closing.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import type { MoreSections } from './more-sections.ts';
import { renderer } from './renderer.ts';
import { digestsOf, renderSums, sumsFile } from './sums.ts';
import { parseEntries, parseEntry } from '../evidence/parse-entries.ts';

/** A run that has ended: its identity and the content of its closing entry. */
export interface ClosingRun {
  readonly runId: string;
  readonly step: ClosingStep;
  readonly packageDigest: string;
  readonly closing: Closing;
  readonly more?: MoreSections;
}

/** A written report, and the location of its Markdown file. */
export interface WrittenReport {
  readonly report: Report;
  readonly location: string;
}

/** The closing entry as it would have been stored, for the report of a run whose closing entry could not be stored. */
function unstored(ports: BasePorts, run: ClosingRun, last: number): EvidenceEntry | undefined {
  const { runId, step, packageDigest, closing } = run;
  const at = ports.clock.now().toISOString();
  return parseEntry(
    canonicalJson({
      runId,
      step,
      packageDigest,
      at,
      sequence: last + 1,
      previous: '',
      facts: { ...closing, renderer },
    }),
  );
}

/** The package of a run, for its report. A report without it is better than none, and the check of a folder takes both. */
async function keptPackage(ports: BasePorts, { runId, evidence }: Report): Promise<PackageArchive | undefined> {
  const named = archiveDigest(evidence.entries);
  if (named === undefined) return undefined;
  try {
    return await keptArchive(ports.evidence, runId, named);
  } catch {
    ports.log.warn('the package could not be read for the report', { runId });
    return undefined;
  }
}

/** Writes the files of a report, then their digests, by which a later version knows them. @returns where the Markdown lies. */
async function writeFiles(ports: BasePorts, report: Report, base: string, more?: MoreSections): Promise<string> {
  const { runId } = report;
  const archive = await keptPackage(ports, report);
  const files = new Map([
    [`${base}.json`, renderJson(report)],
    [`${base}.html`, renderHtml(report, archive, more)],
    [`${base}.md`, renderMarkdown(report, archive, more)],
  ]);
  let location = '';
  for (const [name, text] of files) location = await ports.evidence.writeReport(runId, name, text);
  await ports.evidence.writeReport(runId, sumsFile(base), renderSums(base, digestsOf(files)));
  return location;
}

/**
 * Writes the entry that closes a run, and renders the report from the evidence alone: JSON, Markdown and HTML. An entry
 * that cannot be stored is missing from the report, and the report says so. Undefined when there is nothing to report.
 * @throws the store's error when the report cannot be written; no other step may depend on a report.
 */
export async function closeRun(ports: BasePorts, run: ClosingRun): Promise<WrittenReport | undefined> {
  const { runId, step, packageDigest, closing } = run;
  const recorded = await recordEvidenceIfPossible(ports, {
    runId,
    step,
    packageDigest,
    facts: { ...closing, renderer },
  });
  const stored = await ports.evidence.list(runId);
  const entry = recorded
    ? parseEntries(stored).findLast((candidate) => candidate.step === step)
    : unstored(ports, run, stored.at(-1)?.sequence ?? 0);
  const base = entry === undefined ? undefined : reportBase(entry);
  const report = entry === undefined ? undefined : buildReport(stored, entry);
  if (report === undefined || base === undefined) return undefined;
  const location = await writeFiles(ports, report, base, run.more);
  // The evidence head is logged as well as sent to people: it is the one number that an auditor compares with the
  // folder.
  ports.log.info('report written', { runId, ending: report.ending.name, evidenceHead: report.evidence.head });
  return { report, location };
}

/**
 * Runs what writes a report, and logs its failure by the name that an alarm waits for: the Catch of the state machine
 * leaves no other trace of it.
 * @throws what was thrown.
 */
export async function loggingFailure<Result>(
  { log }: Pick<BasePorts, 'log'>,
  runId: string,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    log.warn(logLines.reportNotWritten, { runId, error: error instanceof Error ? error.name : 'unknown' });
    throw error;
  }
}
