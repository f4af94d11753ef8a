import { canonicalJson, namedDigest } from '../base/digest.ts';
import { endingOf } from '../ending/ending.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { parseJsonAs } from '../base/json.ts';
import type { StoredEntry } from '../base/ports.ts';
import { runIdOf } from '../base/run-id.ts';
import { buildReport, renderJson, type Report } from './build.ts';
import { embeddedSchema, reportBase } from '../ending/closing.ts';
import { chainFindings, entryFile, type Finding, type FolderEntry, readEntries } from './verify-chain.ts';
import { releaseArn, stateFromEntries } from '../evidence/entries.ts';
import { type ClosedHead, closedHeads } from './heads.ts';
import type { PackageArchive } from '../package/archive.ts';
import { checkArchive } from './verify-archive.ts';
import { judgeFiles, type ShownReport, shownReport } from './verify-files.ts';
import type { ReportFolder } from './run-folder.ts';
import { rollbackEnding } from '../ending/rollback-ending.ts';
import { judgeSignature, type SignedReport } from './verify-signature.ts';
import { parseEntry } from '../evidence/parse-entries.ts';

/** What a report folder proves, and what is wrong in it. */
export interface Verification {
  readonly runId: string;
  readonly entries: number;
  /** sha256 of the last entry in the folder. */
  readonly head: string;
  /** The heads at which reports were written; one of them was sent out when the run ended. */
  readonly heads: readonly ClosedHead[];
  /** Digest of the released package, according to the run's entries. */
  readonly packageDigest: string;
  /** Whether the folder holds that package, proven by its digest. */
  readonly holdsPackage: boolean;
  /** How many commands the entries name; with the package, the SQL of each is proven. */
  readonly commands: number;
  readonly reports: readonly ShownReport[];
  /** The reports whose signatures hold, each with the key that made it. */
  readonly signatures: readonly SignedReport[];
  /** Empty when every byte of the folder is accounted for. */
  readonly findings: readonly Finding[];
}

const reportFile = /^(report|rollback-[0-9]{4})\.(json|md|html|sig|sums)$/;

function rebuild(entries: readonly EvidenceEntry[]): Report | undefined {
  const stored = entries.map((entry): StoredEntry => ({ sequence: entry.sequence, text: canonicalJson(entry) }));
  const closing = entries.at(-1);
  return closing === undefined ? undefined : buildReport(stored, closing);
}

/** Yields every claim of a report that the run's own entries contradict. */
function* claims(report: Report): Generator<string> {
  const { evidence, ending, state, runId, packageDigest, kind } = report;
  const told = stateFromEntries(evidence.entries);
  const arn = releaseArn(evidence.entries);
  if (arn !== undefined && runIdOf(arn) !== runId)
    yield 'the run id does not belong to the execution that the report names';
  const outcome = state.rollback?.Output?.outcome;
  const right = kind === 'release' ? endingOf(state) : rollbackEnding(outcome, state);
  if (canonicalJson(right) !== canonicalJson(ending))
    yield `the ending is "${ending.name}", but its facts say "${right.name}"`;
  for (const name of ['gate', 'approval', 'verified', 'postChecks'] as const) {
    const [claimed, recorded] = [state[name], told[name]];
    if (recorded === undefined || claimed === undefined) continue;
    if (canonicalJson(claimed) !== canonicalJson(recorded)) yield `${name} is not what the step recorded`;
  }
  for (const tier of state.tiers ?? []) {
    const recorded = told.tiers?.find(({ id }) => id === tier.id);
    if (recorded !== undefined && canonicalJson(recorded) !== canonicalJson(tier))
      yield `tier ${tier.id} is not what the tier recorded`;
  }
  const approved = state.approval?.packageDigest;
  if (approved !== undefined && approved !== packageDigest) yield `${approved} was approved, but ${packageDigest} ran`;
}

/**
 * The report as its own embedded entries render it, if that is what the file holds; otherwise as the folder's entries
 * render it.
 */
function truthOf(
  base: string,
  folder: ReportFolder,
  entries: readonly FolderEntry[],
): { report?: Report; own: boolean } {
  const json = folder.get(`${base}.json`);
  const embedded = parseJsonAs(embeddedSchema, json)?.evidence.entries ?? [];
  const own = rebuild(embedded);
  if (own !== undefined && renderJson(own) === json) return { report: own, own: true };
  const parsed = entries.flatMap(({ entry }) => entry ?? []);
  const closing = parsed.findLastIndex((entry) => reportBase(entry) === base);
  const report = rebuild(parsed.slice(0, closing + 1));
  return report === undefined ? { own: false } : { report, own: false };
}

function* reportFindings(
  base: string,
  folder: ReportFolder,
  entries: readonly FolderEntry[],
  archive: PackageArchive | undefined,
): Generator<Finding> {
  const { report, own } = truthOf(base, folder, entries);
  const file = (extension: string) => `${base}.${extension}`;
  const missing = ['json', 'md', 'html'].map(file).filter((name) => !folder.has(name));
  for (const name of missing) yield { file: name, problem: 'is missing' };
  if (report === undefined) {
    if (folder.has(file('json'))) yield { file: file('json'), problem: 'is not what its evidence renders to' };
    return;
  }
  const judged = judgeFiles(base, folder, { report, own }, archive);
  yield* judged.findings;
  for (const problem of [...report.evidence.problems, ...claims(report)]) yield { file: file('json'), problem };
  const closing = report.evidence.entries.at(-1);
  const right = closing === undefined ? undefined : reportBase(closing);
  if (right !== base) yield { file: file('json'), problem: `is a copy: its last entry closes ${right ?? 'no report'}` };
  if (!judged.jsonHolds) return;
  for (const entry of parseJsonAs(embeddedSchema, folder.get(file('json')))?.evidence.entries ?? []) {
    const found = entries.find(({ sequence }) => sequence === entry.sequence);
    if (found === undefined) yield { file: entryFile(entry), problem: 'is missing' };
    else if (found.text !== canonicalJson(entry))
      yield { file: found.file, problem: `is not the entry that ${file('json')} holds` };
  }
}

function basesOf(folder: ReportFolder, entries: readonly FolderEntry[]): string[] {
  const named = [...folder.keys()].flatMap((name) => reportFile.exec(name)?.[1] ?? []);
  const closed = entries.flatMap(({ entry }) => (entry === undefined ? [] : (reportBase(entry) ?? [])));
  return [...new Set([...named, ...closed])].sort();
}

/**
 * Checks a report folder with nothing but its own files: every entry, the chain, and every report that was rendered
 * from the chain. A changed byte shows in the file that holds it: an entry is compared with its copy in the report and
 * with the next entry, and a report with what the entries render to. Somebody who rewrites everything consistently gets
 * another head, which is why the head is sent out when a run ends.
 */
export function verifyFolder(folder: ReportFolder): Verification {
  const entries = readEntries(folder);
  const bases = basesOf(folder, entries);
  const truths = bases.map((base) => ({ base, ...truthOf(base, folder, entries) }));
  const covered = Math.max(0, ...truths.map(({ report }) => report?.evidence.entries.at(-1)?.sequence ?? 0));
  const parsed = entries.flatMap(({ entry }) => entry ?? []);
  const { archive, findings: ofArchive } = checkArchive(folder, parsed);
  const judged = truths.map(({ base, report }) => judgeSignature(base, folder, report));
  const findings = [
    ...chainFindings(entries),
    ...ofArchive,
    ...bases.flatMap((base) => [...reportFindings(base, folder, entries, archive)]),
    ...judged.flatMap(({ finding }) => finding ?? []),
    ...entries
      .filter(({ sequence }) => sequence > covered)
      .map(({ file }) => ({ file, problem: 'is covered by no report: nothing proves its last bytes' })),
  ];
  const first = parseEntry(entries[0]?.text ?? '');
  return {
    runId: first?.runId ?? 'unknown',
    entries: entries.length,
    head: namedDigest(entries.at(-1)?.text ?? ''),
    heads: closedHeads(entries),
    packageDigest: first?.packageDigest ?? 'unknown',
    holdsPackage: archive !== undefined,
    commands: parsed.reduce((sum, { commands = [] }) => sum + commands.length, 0),
    reports: truths.map((truth) => shownReport(truth, folder, archive)),
    signatures: judged.flatMap(({ signed }) => signed ?? []),
    findings,
  };
}
