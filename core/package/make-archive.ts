import { canonicalJson, sha256Hex } from '../base/digest.ts';
import { PackageInvalid } from '../base/errors.ts';
import { archivedFiles, type PackageArchive } from './archive.ts';
import { flatten, reachedFiles } from './flatten.ts';
import { insideFile, planFile, preludeFile, wrapperFile } from './manifest.ts';
import type { ReleasePlan } from './plan-schema.ts';
import { allScripts, parsePlan } from './plan.ts';

/** The bytes of the archive of a package: the plan, and every file that a script of it is made of. */
export function renderArchive(files: ReadonlyMap<string, string>, plan: ReleasePlan, manifest: string): string {
  const scripts = allScripts(plan).flatMap(({ file }) => [...reachedFiles(files, file)]);
  const held = new Set([planFile, preludeFile, wrapperFile, insideFile, ...scripts]);
  const texts = [...held].flatMap((path) => {
    const text = files.get(path);
    return text === undefined ? [] : [[path, text] as const];
  });
  const archive: PackageArchive = { format: 'one-roof-package/1', manifest, files: Object.fromEntries(texts) };
  return canonicalJson(archive);
}

/**
 * Script id → sha256 (64 hex) of what the archive's files make of it: prelude and script, as the wrapper checks them.
 * @throws PackageInvalid when this version of the engine cannot read the plan or an include.
 */
export function archivedDigests(archive: PackageArchive): Map<string, string> {
  const files = archivedFiles(archive);
  const plan = files.get(planFile);
  const prelude = files.get(preludeFile);
  if (plan === undefined || prelude === undefined)
    throw new PackageInvalid(`the archive lacks ${planFile} or ${preludeFile}`);
  const sent = allScripts(parsePlan(plan)).filter(({ file }) => files.has(file));
  return new Map(sent.map(({ id, file }) => [id, sha256Hex(prelude + flatten(files, file).text)]));
}
