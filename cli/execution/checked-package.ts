import type * as checkFile from '../../check/assert-checked.ts';
import type { ReleasePackage } from '../../core/package/package.ts';
import { cacheKey, keep, recall } from '../../disk/private-cache.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { shownFolder } from '../../disk/shown-folder.ts';
import { readReleasePackage } from './database.ts';

/** Packages that were found without a finding, by what they and the rules are made of. */
const checked = { kind: 'checked', most: 50 };
const sources = ['check', 'core', 'package-lock.json'];

/** PostgreSQL's parser takes longer to load than the cache to ask. */
const load: (path: string) => typeof checkFile = require;

/**
 * Refuses a package that breaks a rule. The same package is judged once: that takes a second, longer than most of a release.
 * @throws PackageInvalid with a line for each finding.
 */
export async function assertChecked(directory: string, files: ReadonlyMap<string, string>): Promise<void> {
  const key = cacheKey(sources, files, []);
  if (recall(checked, key) !== undefined) return;
  await load('../../check/assert-checked.ts').assertChecked(files, shownFolder(directory));
  keep(checked, key, '{}');
}

/**
 * Reads a package that is going to change a database. A rollback asks for less: no finding may stand in the way back.
 * @throws PackageInvalid unless it is the package in its manifest, and breaks no rule.
 */
export async function readCheckedPackage(directory: string): Promise<ReleasePackage> {
  const files = readPackageFiles(directory);
  const release = readReleasePackage(directory, files);
  await assertChecked(directory, files);
  return release;
}
