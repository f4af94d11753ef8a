import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from './generated-files.ts';
import { privateFolder } from './private-folder.cjs';

const project = join(__dirname, '..');

function sourceFiles(sources: readonly string[]): string[] {
  return sources.flatMap((source) => {
    const path = join(project, source);
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
}

/** Digest, as 64 hex digits, of everything that a result is made of: these sources of the engine, a package, and what is given. */
export function cacheKey(sources: readonly string[], files: ReadonlyMap<string, string>, given: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, given]));
  const texts = [
    ...sourceFiles(sources).map((path) => [path.slice(project.length), readFileSync(path, 'utf8')]),
    ...files,
  ];
  for (const text of texts.sort(([left = ''], [right = '']) => (left < right ? -1 : 1)))
    hash.update(JSON.stringify(text));
  return hash.digest('hex');
}

/** A kind of result that the user's private cache holds, so that a short command need not make it again. */
export interface Kept {
  readonly kind: string;
  /** How many of this kind are kept, the newest. */
  readonly most: number;
}

function nameOf({ kind }: Kept, key: string): string {
  return `${kind}-${key}.json`;
}

/** What is kept under a key; undefined when there is nothing, or when others could have written it. */
export function recall(kept: Kept, key: string): string | undefined {
  const folder = privateFolder();
  return folder === undefined ? undefined : readIfThere(join(folder, nameOf(kept, key)));
}

/** Keeps a text under a name that only a whole file ever has, and the newest others of its kind beside it. */
export function keep(kept: Kept, key: string, text: string): void {
  const folder = privateFolder();
  if (folder === undefined) return;
  const unfinished = join(folder, `${nameOf(kept, key)}.${randomUUID()}`);
  const isOfKind = new RegExp(`^${kept.kind}-[0-9a-f]{64}\\.json$`);
  try {
    writeFileSync(unfinished, text, { mode: 0o600 });
    renameSync(unfinished, join(folder, nameOf(kept, key)));
    const ages = readdirSync(folder)
      .filter((other) => isOfKind.test(other))
      .map((other) => ({ other, at: statSync(join(folder, other)).mtimeMs }));
    const oldest = ages.sort((left, right) => right.at - left.at).slice(kept.most);
    for (const { other } of oldest) rmSync(join(folder, other));
  } catch {
    // A cache that cannot be written costs time and nothing else.
    rmSync(unfinished, { force: true });
  }
}
