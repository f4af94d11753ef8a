import { visible } from '../base/visible.ts';
import { PackageInvalid } from '../base/errors.ts';
import { archivedFiles, type PackageArchive } from './archive.ts';
import { type ChangedLines, changedLines } from './changed-lines.ts';
import { reachedFiles } from './flatten.ts';
import { planFile } from './manifest.ts';
import { allScripts, parsePlan } from './plan.ts';

/** A file that differs between two packages, and how. */
export interface FileChange extends ChangedLines {
  readonly path: string;
  readonly kind: 'new' | 'changed' | 'gone';
  /** Ids of the scripts that it is a part of, in the order of the plan; empty for the plan and the wrapper. */
  readonly scripts: readonly string[];
  /** Lines that differ and are not shown, as there are too many. */
  readonly hidden: number;
}

/** Lines of one file, and of all, that are shown. */
const most = { ofFile: 200, ofAll: 1200 } as const;
/** Characters of a line that are shown; a linter's SQL has at most 140. */
const MOST_CHARACTERS = 300;

/** Which scripts a file is a part of; of a plan that this version cannot read, none is known. */
function partsOf(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  try {
    for (const { id, file } of allScripts(parsePlan(files.get(planFile) ?? '')))
      for (const path of reachedFiles(files, file)) parts.set(path, [...(parts.get(path) ?? []), id]);
  } catch (error) {
    if (!(error instanceof PackageInvalid)) throw error;
  }
  return parts;
}

/** As much of the changes of a file as `lines` allow. */
function cut(change: ChangedLines, lines: number): Pick<FileChange, 'hunks' | 'hidden'> {
  let [left, shown] = [lines, 0];
  const hunks = change.hunks.flatMap(({ at, lines: all }) => {
    const some = all.slice(0, left).map(({ mark, text }) => {
      const start = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
      return { mark, text: visible(start) };
    });
    left -= some.length;
    shown += some.filter(({ mark }) => mark !== ' ').length;
    return some.length === 0 ? [] : [{ at, lines: some }];
  });
  return { hunks, hidden: change.added + change.removed - shown };
}

/**
 * What differs between two packages, file by file: those of the scripts in the order in which they run, then what they
 * include. It is bounded: of what is too long, the numbers of lines are told. What a reader would not see in a line is written as
 * an escape.
 */
export function packageChanges(before: PackageArchive, now: PackageArchive): FileChange[] {
  const [old, present] = [archivedFiles(before), archivedFiles(now)];
  const [oldParts, parts] = [partsOf(old), partsOf(present)];
  const order = [...new Set([...parts.keys(), ...oldParts.keys(), ...present.keys(), ...old.keys()])];
  let left: number = most.ofAll;
  return order.flatMap((path): FileChange[] => {
    const [was, is] = [old.get(path), present.get(path)];
    if (was === is) return [];
    const kind = was === undefined ? 'new' : is === undefined ? 'gone' : 'changed';
    const change = changedLines(was ?? '', is ?? '');
    const shown = cut(change, Math.min(left, most.ofFile));
    left -= shown.hunks.reduce((sum, { lines }) => sum + lines.length, 0);
    const scripts = parts.get(path) ?? oldParts.get(path) ?? [];
    return [{ path, kind, scripts, added: change.added, removed: change.removed, ...shown }];
  });
}
