import { visibleName } from '../base/visible.ts';
import { isRunFile, type ReportFolder } from './run-folder.ts';
import type { Finding } from './verify-chain.ts';

/** An object of a run in the evidence bucket, with all its versions. */
export interface StoredFile {
  /** Its key behind `runs/<run id>/`. */
  readonly path: string;
  /** The newest text that was stored; undefined when its bytes are not UTF-8. */
  readonly text: string | undefined;
  readonly versions: number;
  /** Whether the bucket hides it: somebody has put a delete marker on it. */
  readonly deleted: boolean;
}

function problemOf({ path, text, versions, deleted }: StoredFile, folder: ReportFolder): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!isRunFile(path)) return 'lies in the bucket and is no file of a run';
  if (deleted) return 'was deleted in the bucket; the version that was stored is still there';
  if (versions > 1) return `was stored ${versions} times in the bucket, and nothing of a run is ever overwritten`;
  if (!folder.has(name)) return 'lies in the bucket and not in this folder: fetch the run again with one-roof report';
  return folder.get(name) === text ? undefined : 'is not what lies in the bucket';
}

/**
 * Compares a folder with the evidence bucket, which keeps every version of everything that was written. A folder cannot
 * show that its last entries were taken away; the bucket can.
 */
export function compareWithStore(folder: ReportFolder, stored: readonly StoredFile[]): Finding[] {
  const names = new Set(stored.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)));
  const strangers = [...folder.keys()].filter((name) => !names.has(name));
  return [
    ...stored.flatMap((file) => {
      const problem = problemOf(file, folder);
      return problem === undefined ? [] : [{ file: visibleName(file.path), problem }];
    }),
    ...strangers.map((file) => ({ file, problem: 'was never in the bucket' })),
  ];
}
