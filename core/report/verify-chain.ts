import { canonicalJson, namedDigest } from '../base/digest.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';
import { parseEntry } from '../evidence/parse-entries.ts';

/** Something wrong in a report folder, with the name of the file that shows it. */
export interface Finding {
  readonly file: string;
  readonly problem: string;
}

/** An evidence file of a report folder. */
export interface FolderEntry {
  readonly file: string;
  readonly sequence: number;
  /** Undefined when the bytes are not UTF-8. */
  readonly text: string | undefined;
  /** Undefined when the text is not an entry. */
  readonly entry: EvidenceEntry | undefined;
}

const entryName = /^(\d{4})\.json$/;
const chainStart = 'sha256:none';

/** The file name that an entry must have. */
export function entryFile({ sequence }: EvidenceEntry): string {
  return `${String(sequence).padStart(4, '0')}.json`;
}

/** The evidence files of a folder, in order. */
export function readEntries(folder: ReadonlyMap<string, string | undefined>): FolderEntry[] {
  return [...folder]
    .flatMap(([file, text]): FolderEntry[] => {
      const number = entryName.exec(file)?.[1];
      if (number === undefined) return [];
      return [{ file, sequence: Number(number), text, entry: text === undefined ? undefined : parseEntry(text) }];
    })
    .sort((left, right) => left.sequence - right.sequence);
}

function* entryProblems(current: FolderEntry, before: FolderEntry | undefined, number: number): Generator<string> {
  const { text, entry, file } = current;
  if (current.sequence !== number) yield `stands where number ${number} should be`;
  if (text === undefined || entry === undefined) {
    yield text === undefined ? 'is not UTF-8 text' : 'is not an evidence entry';
    return;
  }
  if (entryFile(entry) !== file) yield `says it is ${entryFile(entry)}`;
  if (canonicalJson(entry) !== text) yield 'is not in canonical form';
  if (before?.entry !== undefined && before.entry.runId !== entry.runId) yield `belongs to run ${entry.runId}`;
  const expected = before === undefined ? chainStart : namedDigest(before.text ?? '');
  if (entry.previous !== expected) yield `does not follow from ${before?.file ?? 'the start of a chain'}`;
}

/** What is wrong with the chain: one finding per problem, each at the file that shows it. */
export function chainFindings(entries: readonly FolderEntry[]): Finding[] {
  return entries.flatMap((current, index) =>
    [...entryProblems(current, entries[index - 1], index + 1)].map((problem) => ({ file: current.file, problem })),
  );
}
