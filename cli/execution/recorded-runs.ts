import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { runIdPattern } from '../../core/base/run-id.ts';
import type { EvidenceEntry } from '../../core/evidence/evidence.ts';
import { parseEntry } from '../../core/evidence/parse-entries.ts';
import { type RunSummary, summariseRun } from '../../core/report/run-summary.ts';

const entryFile = /^\d{4}\.json$/;

/** The entries in the folder of a run, by their numbers; a file that is no entry, or no regular file, tells nothing. */
function entriesIn(folder: string): EvidenceEntry[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (file) => file.isFile() && entryFile.test(file.name),
  );
  const names = files.map(({ name }) => name).sort();
  return names.flatMap((name) => parseEntry(readFileSync(join(folder, name), 'utf8')) ?? []);
}

/**
 * The runs that left evidence in a folder of runs, of whatever package, newest first; none where there is no folder.
 * @throws UsageError for what is no folder, or may not be read.
 */
export function recordedRuns(folder: string): RunSummary[] {
  let names: string[];
  try {
    const found = readdirSync(folder, { withFileTypes: true });
    names = found.filter((entry) => entry.isDirectory() && runIdPattern.test(entry.name)).map(({ name }) => name);
  } catch (error) {
    if (!existsSync(folder)) return [];
    throw new UsageError(`The runs in ${folder} cannot be read: ${messageOf(error)}`);
  }
  const found = names.map((name) => ({ name, run: summariseRun(entriesIn(join(folder, name))) }));
  // A folder that holds the entries of another run is a copy of somebody's, and that run is listed once.
  const runs = found.flatMap(({ name, run }) => (run?.runId === name ? [run] : []));
  return runs.sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
}
