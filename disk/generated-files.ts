import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The text of a file; undefined when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) return rmSync(path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * Writes the generated files that are out of date (path → the text it should have, or undefined for a file that should
 * not be there), or with `check` only names them. Every generator uses this function, so that all report in the same
 * way. Returns the exit code: 1 when `check` found any.
 */
export function writeGenerated(files: ReadonlyMap<string, string | undefined>, check: boolean): number {
  const stale = [...files].filter(([path, text]) => readIfThere(path) !== text);
  for (const [path, text] of stale) {
    if (!check) write(path, text);
    process.stdout.write(`${check ? 'out of date' : text === undefined ? 'removed' : 'written'}: ${path}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything generated is up to date.\n');
  return check && stale.length > 0 ? 1 : 0;
}
