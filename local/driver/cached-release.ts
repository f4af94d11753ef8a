import { parseJsonAs } from '../../core/base/json.ts';
import { cacheKey, keep, recall } from '../../disk/private-cache.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { readReviews } from '../../disk/read-reviews.ts';
import type { Settings } from '../../lib/house/settings.ts';
import { type SynthesizedRelease, synthesizedSchema } from '../../lib/house/synthesized.ts';

/** What is to be synthesized: a package folder, and the settings that differ from cdk.json. */
interface Wanted {
  readonly packageDirectory: string;
  readonly settings: Partial<Settings>;
}

/** Whose text decides what is synthesized: the definition and what it reads, the functions, and every library's version. */
const sources = ['lib', 'lambdas', 'core', 'check', 'disk', 'aws', 'cdk.json', 'package-lock.json'];
/** Synthesized releases, of 2 MB each: a few packages, each with a few settings. */
const releases = { kind: 'release', most: 12 };

// `require`, because to load CDK takes as long as the whole of this when the release is in the cache.
const load: (path: string) => { readonly synthesizeRelease: (wanted: Wanted) => SynthesizedRelease } = require;

/**
 * The synthesized release, from the user's cache when nothing that it is made of has changed since: to load CDK and to
 * synthesize takes three seconds of processor time, most of what a short command takes.
 * @throws PackageInvalid, SettingMissing.
 */
export function cachedRelease(wanted: Wanted): SynthesizedRelease {
  const { packageDirectory, settings } = wanted;
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('CDK_'));
  const key = cacheKey(sources, readPackageFiles(packageDirectory), [given, settings, readReviews(packageDirectory)]);
  const found = parseJsonAs(synthesizedSchema, recall(releases, key));
  if (found !== undefined) return found;
  const release = load('../../lib/house/synthesize.ts').synthesizeRelease(wanted);
  keep(releases, key, JSON.stringify(release));
  return release;
}
