import { archiveFile } from '../package/archive-file.ts';
import { visibleName } from '../base/visible.ts';
import type { Finding } from './verify-chain.ts';

/** Something that lies in the folder of a run. */
export interface FoundFile {
  /** Its path below the folder, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symbolic link' | 'special file';
  /** The text of a file whose name {@link isRunFile} knows; undefined when its bytes are not UTF-8. */
  readonly text?: string | undefined;
}

/** A report folder: file name → text, or undefined when the bytes are not UTF-8. */
export type ReportFolder = ReadonlyMap<string, string | undefined>;

/**
 * The evidence bucket keeps reports in this folder below the entries; a folder on this machine holds them side by side.
 */
export const reportFolder = 'report';

const entryName = /^\d{4}\.json$/;
/** What lies beside the entries in both layouts, and never in the folder of the reports. */
const isRecord = (path: string) => entryName.test(path) || path === archiveFile;
const reportName = /^(?:report|rollback-\d{4})\.(?:json|md|html|sig|sums)$/;

/** Whether a path is one that a file of a run can have, in one of the two layouts. */
export function isRunFile(path: string): boolean {
  const [, name] = /^report\/(.*)$/s.exec(path) ?? [];
  return name === undefined ? isRecord(path) || reportName.test(path) : reportName.test(name);
}

function problemOf({ path, kind }: FoundFile, twofold: boolean): string | undefined {
  if (!isRunFile(path)) return 'is no file of a run';
  if (kind !== 'file') return `is a ${kind}, and a file of a run is a regular file`;
  if (twofold && !isRecord(path))
    return `is one of two sets of reports: one beside the folder ${reportFolder}/, one in it`;
  return undefined;
}

/**
 * Sorts what lies in a folder: the files of a run by their names, and a finding for everything else. A person may open
 * any file that is there, so one that is not checked would be believed because of its neighbours.
 */
export function arrangeFolder(found: readonly FoundFile[]): { folder: ReportFolder; findings: Finding[] } {
  const isLayout = ({ path, kind }: FoundFile) => path === reportFolder && kind === 'directory';
  const twofold = found.some(isLayout) && found.some(({ path }) => reportName.test(path));
  const judged = found.filter((file) => !isLayout(file)).map((file) => ({ file, problem: problemOf(file, twofold) }));
  return {
    folder: new Map(
      judged.flatMap(({ file: { path, text }, problem }) =>
        problem === undefined ? [[path.slice(path.lastIndexOf('/') + 1), text] as const] : [],
      ),
    ),
    findings: judged.flatMap(({ file, problem }) =>
      problem === undefined ? [] : [{ file: visibleName(file.path), problem }],
    ),
  };
}
