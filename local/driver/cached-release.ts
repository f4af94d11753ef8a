import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonAs } from '../../core/base/json.ts';
import { privateFolder } from '../../disk/private-folder.cjs';
import { readIfThere } from '../../disk/generated-files.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Settings } from '../../lib/house/settings.ts';
import { type SynthesizedRelease, synthesizedSchema } from '../../lib/house/synthesized.ts';

/** What is to be synthesized: a package folder, and the settings that differ from cdk.json. */
interface Wanted {
  readonly packageDirectory: string;
  readonly settings: Partial<Settings>;
}

const project = join(__dirname, '../..');
/** Whose text decides what is synthesized: the definition and what it reads, the functions, and every library's version. */
const sources = ['lib', 'lambdas', 'core', 'check', 'disk', 'aws', 'cdk.json', 'package-lock.json'];
/** How many synthesized releases are kept, of 2 MB each: a few packages, each with a few settings. */
const KEPT = 12;

// `require`, because to load CDK takes as long as the whole of this when the release is in the cache.
const load: (path: string) => { readonly synthesizeRelease: (wanted: Wanted) => SynthesizedRelease } = require;

function sourceFiles(): string[] {
  return sources.flatMap((source) => {
    const path = join(project, source);
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
}

/** Digest of everything that a synthesized release is made of, as 64 hex digits. */
function keyOf({ packageDirectory, settings }: Wanted): string {
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('CDK_'));
  const hash = createHash('sha256').update(JSON.stringify([process.version, given, settings]));
  const texts = [
    ...sourceFiles().map((path) => [path.slice(project.length), readFileSync(path, 'utf8')]),
    ...readPackageFiles(packageDirectory),
  ];
  for (const text of texts.sort(([left = ''], [right = '']) => (left < right ? -1 : 1)))
    hash.update(JSON.stringify(text));
  return hash.digest('hex');
}

/** Keeps a text under a name that only a whole file ever has, and the newest others beside it. */
function keep(folder: string, name: string, text: string): void {
  const unfinished = join(folder, `${name}.${randomUUID()}`);
  try {
    writeFileSync(unfinished, text, { mode: 0o600 });
    renameSync(unfinished, join(folder, name));
    const others = readdirSync(folder).filter((other) => /^release-[0-9a-f]{64}\.json$/.test(other));
    const ages = others.map((other) => ({ other, at: statSync(join(folder, other)).mtimeMs }));
    for (const { other } of ages.sort((left, right) => right.at - left.at).slice(KEPT)) rmSync(join(folder, other));
  } catch {
    // A cache that cannot be written costs time and nothing else.
    rmSync(unfinished, { force: true });
  }
}

/**
 * The synthesized release, from the user's cache when nothing that it is made of has changed since: to load CDK and to
 * synthesize takes three seconds of processor time, most of what a short command takes.
 * @throws PackageInvalid, SettingMissing.
 */
export function cachedRelease(wanted: Wanted): SynthesizedRelease {
  const folder = privateFolder();
  const name = `release-${keyOf(wanted)}.json`;
  const found = folder === undefined ? undefined : parseJsonAs(synthesizedSchema, readIfThere(join(folder, name)));
  if (found !== undefined) return found;
  const release = load('../../lib/house/synthesize.ts').synthesizeRelease(wanted);
  if (folder !== undefined) keep(folder, name, JSON.stringify(release));
  return release;
}
