import { sha256Hex } from '../base/digest.ts';

/** The files that a report is rendered to, by their ending. */
export const renderings = ['html', 'json', 'md'] as const;

/** The file with the digests of a report's files, as `sha256sum -c` reads it. */
export function sumsFile(base: string): string {
  return `${base}.sums`;
}

/** Its text, from file name → digest (64 hex). */
export function renderSums(base: string, digests: ReadonlyMap<string, string>): string {
  const names = renderings.map((ending) => `${base}.${ending}`);
  return names.map((name) => `${digests.get(name) ?? ''}  ${name}\n`).join('');
}

/** What it says; empty for a text that is not exactly of this form. */
export function parseSums(base: string, text: string | undefined): Map<string, string> {
  const lines = [...(text ?? '').matchAll(/^([0-9a-f]{64}) {2}([a-z0-9.-]+)$/gm)];
  const digests = new Map(lines.map(([, digest = '', name = '']) => [name, digest]));
  return renderSums(base, digests) === text && digests.size === renderings.length ? digests : new Map<string, string>();
}

/** The digests of texts, by the names of their files. */
export function digestsOf(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...files].map(([name, text]) => [name, sha256Hex(text)]));
}
