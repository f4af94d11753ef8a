import { readFileSync, writeFileSync } from 'node:fs';

/** The text of a file; undefined when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Writes the generated files that are out of date (path → the text it should have), or with `check` only names them.
 * One place for every generator, so that all of them report alike. Returns the exit code: 1 when `check` found any.
 */
export function writeGenerated(files: ReadonlyMap<string, string>, check: boolean): number {
  const stale = [...files].filter(([path, text]) => readIfThere(path) !== text);
  for (const [path, text] of stale) {
    if (!check) writeFileSync(path, text);
    process.stdout.write(`${check ? 'out of date' : 'written'}: ${path}\n`);
  }
  if (stale.length === 0) process.stdout.write('Everything generated is up to date.\n');
  return check && stale.length > 0 ? 1 : 0;
}
