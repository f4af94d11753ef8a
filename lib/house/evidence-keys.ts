import { DRIFT, REHEARSALS, RELEASES } from '../../core/base/evidence-key.ts';
import { archiveFile } from '../../core/package/archive-file.ts';

/** Every evidence key begins with this: `runs/<run id>/…`. */
export const RUNS = 'runs/';
/** The prefix with any run id, as an IAM pattern: twelve characters. */
export const RUN = `${RUNS}${'?'.repeat(12)}/`;
/** The lists beside the runs: by the one the gate judges, with the other the next package is compared. */
const lists = { rehearsals: `${RUNS}${REHEARSALS}/`, releases: `${RUNS}${RELEASES}/` } as const;
/** What the watch over what was released finds. */
export const WATCHED = `${RUNS}${DRIFT}/`;
/** An entry of a chain, in its folder. */
export const ENTRY = '????.json';
/** The package of any run. */
export const ARCHIVE = RUN + archiveFile;

/** What the approver's page decided: `decisions/<run id>/…`. */
export const DECISIONS = 'decisions/';

const reportFiles = (base: string) => ['html', 'json', 'md', 'sums'].map((ending) => `${RUN}report/${base}.${ending}`);

/** Reports by who writes them: the release itself, or a rollback. */
const reports = { release: reportFiles('report'), rollback: reportFiles('rollback-????') } as const;

/** The signatures of reports, which a function of its own writes. */
export const SIGNATURE = `${RUN}report/*.sig`;

/** What a function may do with the evidence, besides adding entries to the chain of its run. */
export interface EvidenceUse {
  readonly report?: keyof typeof reports;
  readonly rehearsals?: 'reads' | 'records';
  readonly releases?: 'reads' | 'records';
  /** The package of a run, which lies beside its entries. */
  readonly archive?: 'reads' | 'writes';
}

/** Keys of the evidence bucket by what a function may do with them, as IAM patterns. */
interface EvidenceKeys {
  readonly read: readonly string[];
  readonly written: readonly string[];
  /** Prefixes that may be listed. */
  readonly listed: readonly string[];
  /** IAM's `?` also matches a slash, so that the pattern of a run reaches below these; what is not meant is denied. */
  readonly refused: readonly string[];
}

/** The keys of a function that adds entries to the chain of its run, and does what its `EvidenceUse` names. */
export function evidenceKeys({ report, archive, ...use }: EvidenceUse): EvidenceKeys {
  const kinds = ['rehearsals', 'releases'] as const;
  const listsOf = (wanted: (how: 'reads' | 'records' | undefined) => boolean) =>
    kinds.filter((kind) => wanted(use[kind])).map((kind) => lists[kind]);
  const known = listsOf((how) => how !== undefined);
  const written = [
    RUN + ENTRY,
    ...(report === undefined ? [] : reports[report]),
    ...listsOf((how) => how === 'records').map((list) => list + ENTRY),
    ...(archive === 'writes' ? [ARCHIVE] : []),
  ];
  const only = [...known.map((list) => list + ENTRY), ...(archive === 'reads' ? [ARCHIVE] : [])];
  return {
    written,
    read: [...new Set([...written, ...only])],
    listed: [RUN, ...known],
    refused: listsOf((how) => how !== 'records').map((list) => `${list}*`),
  };
}
