import { sha256Hex } from '../base/digest.ts';

/** Name of the manifest inside a package: one `<sha256>  <path>` line per file, as `sha256sum -c` reads it. */
export const manifestFile = 'manifest-sha256.txt';
/** The plan. */
export const planFile = 'release.json';
/** What runs before each script in the same session. */
export const preludeFile = 'runner/prelude.sql';
/** The shell script around psql on the node, and its part inside the container. */
export const wrapperFile = 'runner/wrapper.sh';
/** @see wrapperFile */
export const insideFile = 'runner/inside.sh';

/** Renders the manifest of all files but itself, sorted by path. */
export function renderManifest(files: ReadonlyMap<string, string>): string {
  return [...files.keys()]
    .filter((path) => path !== manifestFile)
    .sort()
    .map((path) => `${sha256Hex(files.get(path) ?? '')}  ${path}\n`)
    .join('');
}

/** Path → sha256 (64 hex) of the lines of a manifest. */
export function manifestLines(manifest: string): Map<string, string> {
  return new Map(
    manifest
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)] as const),
  );
}
