import { namedDigest } from '../base/digest.ts';
import { PackageInvalid } from '../base/errors.ts';
import { scriptIdOf } from '../base/run-id.ts';
import { archiveDigest } from '../evidence/entries.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { archiveProblems, type PackageArchive, parseArchive } from '../package/archive.ts';
import { archivedDigests } from '../package/make-archive.ts';
import { archiveFile } from '../package/archive-file.ts';
import type { ReportFolder } from './run-folder.ts';
import { entryFile, type Finding } from './verify-chain.ts';

/** Every command whose digest the files of the archive do not give: other SQL was sent than lies here. */
function* commandFindings(archive: PackageArchive, entries: readonly EvidenceEntry[]): Generator<Finding> {
  const digests = archivedDigests(archive);
  for (const entry of entries)
    for (const { comment, commandId, sha256 } of entry.commands ?? []) {
      const script = scriptIdOf(comment);
      if (digests.get(script) === sha256) continue;
      const problem = `command ${commandId} (${script}) carried SQL that the package does not hold`;
      yield { file: entryFile(entry), problem };
    }
}

/** @see checkArchive */
interface ArchiveCheck {
  /** The package, when it is the one that the entries name and every byte of it is proven. */
  readonly archive?: PackageArchive;
  readonly findings: readonly Finding[];
}

function problemIn(text: string | undefined, named: string | undefined, present: boolean): string | undefined {
  if (!present) return named === undefined ? undefined : 'is missing';
  if (named === undefined) return 'is named by no entry';
  if (text === undefined) return 'is not UTF-8 text';
  if (namedDigest(text) !== named) return 'is not the package that the first entry names';
  return parseArchive(text) === undefined ? 'is not the archive of a package' : undefined;
}

/**
 * Checks the package in the folder of a run: it is the one that the first entry names, it is the one that was approved, and
 * every command of the run carried exactly what it holds.
 */
export function checkArchive(folder: ReportFolder, entries: readonly EvidenceEntry[]): ArchiveCheck {
  const text = folder.get(archiveFile);
  const problem = problemIn(text, archiveDigest(entries), folder.has(archiveFile));
  const archive = problem === undefined ? parseArchive(text) : undefined;
  if (archive === undefined) return { findings: problem === undefined ? [] : [{ file: archiveFile, problem }] };
  const problems = [...archiveProblems(archive, entries[0]?.packageDigest ?? '')];
  const own = problems.map((each) => ({ file: archiveFile, problem: each }));
  if (own.length > 0) return { findings: own };
  try {
    return { archive, findings: [...commandFindings(archive, entries)] };
  } catch (error) {
    if (!(error instanceof PackageInvalid)) throw error;
    const unread = `cannot be read by this version of one-roof (${error.message}), so its commands are not proven`;
    return { archive, findings: [{ file: archiveFile, problem: unread }] };
  }
}
