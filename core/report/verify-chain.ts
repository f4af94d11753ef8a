import { type ChainLink, chainLink, checkChain } from '../evidence/chain.ts';
import type { EvidenceEntry } from '../evidence/evidence.ts';

/** Something wrong in a report folder, with the name of the file that shows it. */
export interface Finding {
  readonly file: string;
  readonly problem: string;
}

/** An evidence file of a report folder. */
export interface FolderEntry extends ChainLink {
  readonly file: string;
}

const entryName = /^(\d{4})\.json$/;

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
      return [{ file, ...chainLink(file, Number(number), text) }];
    })
    .sort((left, right) => left.sequence - right.sequence);
}

/** What is wrong with the chain: one finding per problem, each at the file that shows it. */
export function chainFindings(entries: readonly FolderEntry[]): Finding[] {
  const misplaced = entries
    .map(({ file, sequence }, index) => ({ file, sequence, number: index + 1 }))
    .filter(({ sequence, number }) => sequence !== number)
    .map(({ file, number }) => ({ file, problem: `stands where number ${number} should be` }));
  return [...misplaced, ...checkChain(entries).map(({ name, problem }) => ({ file: name, problem }))];
}
