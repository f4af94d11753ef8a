import { join } from 'node:path';
import { parsePlan } from '../../core/package/plan.ts';
import type { ReleasePlan } from '../../core/package/plan-schema.ts';
import { readIfThere } from '../../disk/generated-files.ts';

/** The package whose trial database is built where no other package is named. */
export const fixturePackage = join(__dirname, '../../sql');

/**
 * The plan of a package, read without its scripts: a trial database takes its name and its superuser from it.
 * @throws PackageInvalid.
 */
export function planOf(packageDirectory: string): ReleasePlan {
  return parsePlan(readIfThere(join(packageDirectory, 'release.json')));
}
