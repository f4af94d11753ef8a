import { sha256Hex } from '../base/digest.ts';
import { closingSchema } from '../ending/closing.ts';
import type { PackageArchive } from '../package/archive.ts';
import type { Report } from './build.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderer as ours } from './renderer.ts';
import type { ReportFolder } from './run-folder.ts';
import { statementSections } from './statement-sections.ts';
import { parseSums, renderings, sumsFile } from './sums.ts';
import type { Finding } from './verify-chain.ts';

/** A report whose entries are known, and whether its JSON is what this version renders them to. */
interface KnownReport {
  readonly report: Report;
  readonly own: boolean;
}

/** A report of a folder. */
export interface ShownReport {
  readonly base: string;
  readonly headline: string;
  /** The version that wrote it, where this version renders other bytes and the digests of its files prove it. */
  readonly renderer?: string;
}

/** @see judgeFiles */
interface JudgedFiles {
  readonly findings: readonly Finding[];
  /** The version that wrote the report, where only the digests that it left prove a file here. */
  readonly renderer?: string;
  /** Whether the JSON is as it was written. */
  readonly jsonHolds: boolean;
}

/** The version that wrote a report, as its closing entry names it; undefined in folders from before versions were named. */
function writtenBy({ evidence }: Report): string | undefined {
  return closingSchema.safeParse(evidence.entries.at(-1)?.facts).data?.renderer;
}

/** The files of a report that this version renders to the same bytes. */
function sameHere(base: string, folder: ReportFolder, { report, own }: KnownReport, archive?: PackageArchive) {
  const more = report.kind === 'release' ? statementSections : undefined;
  // A report may lack the package: whoever wrote it could not read it then.
  const rendered = (ending: string, render: (kept?: PackageArchive) => string) => {
    const text = folder.get(`${base}.${ending}`);
    return text === render(archive) || text === render();
  };
  const same = {
    html: rendered('html', (kept) => renderHtml(report, kept, more)),
    json: own,
    md: rendered('md', (kept) => renderMarkdown(report, kept, more)),
  };
  return new Set(renderings.filter((ending) => same[ending]).map((ending) => `${base}.${ending}`));
}

function problemOf(base: string, name: string, by: string | undefined): string {
  if (by !== undefined && by !== ours)
    return `is not what ${sumsFile(base)} has the digest of (${by} wrote it, and this version, ${ours}, renders another)`;
  return name.endsWith('.json') ? 'is not what its evidence renders to' : 'is not what report.json renders to';
}

/** What is wrong with the digests themselves, as far as this version can tell. */
function sumsProblem(
  base: string,
  folder: ReportFolder,
  same: ReadonlySet<string>,
  by: string | undefined,
): string | undefined {
  const file = sumsFile(base);
  if (by === undefined) return folder.has(file) ? 'is of a report that names no version' : undefined;
  if (!folder.has(file)) return 'is missing';
  const sums = parseSums(base, folder.get(file));
  const wrong = [...same].filter((name) => sums.get(name) !== sha256Hex(folder.get(name) ?? ''));
  return sums.size === 0 || wrong.length > 0 ? 'does not hold the digests of the files of this report' : undefined;
}

/**
 * Compares the files of a report with what its entries render to. What another version wrote, this one may render to other
 * bytes: such a file is compared with the digest that was left when it was written, and the version is named.
 */
export function judgeFiles(
  base: string,
  folder: ReportFolder,
  known: KnownReport,
  archive: PackageArchive | undefined,
): JudgedFiles {
  const by = writtenBy(known.report);
  const same = sameHere(base, folder, known, archive);
  const sums =
    by === undefined || by === ours ? new Map<string, string>() : parseSums(base, folder.get(sumsFile(base)));
  const holds = (name: string) => sums.get(name) === sha256Hex(folder.get(name) ?? '');
  const others = renderings.map((ending) => `${base}.${ending}`).filter((name) => folder.has(name) && !same.has(name));
  const problem = sumsProblem(base, folder, same, by);
  const findings = [
    ...others.filter((name) => !holds(name)).map((file) => ({ file, problem: problemOf(base, file, by) })),
    ...(problem === undefined ? [] : [{ file: sumsFile(base), problem }]),
  ];
  const jsonHolds = known.own || holds(`${base}.json`);
  return { findings, jsonHolds, ...(by !== undefined && others.some(holds) ? { renderer: by } : {}) };
}

/** A report as somebody who checks a folder is told of it. */
export function shownReport(
  { base, report, own }: { readonly base: string; readonly report?: Report; readonly own: boolean },
  folder: ReportFolder,
  archive: PackageArchive | undefined,
): ShownReport {
  if (report === undefined) return { base, headline: 'cannot be read' };
  const { renderer } = judgeFiles(base, folder, { report, own }, archive);
  return { base, headline: report.ending.headline, ...(renderer === undefined ? {} : { renderer }) };
}
