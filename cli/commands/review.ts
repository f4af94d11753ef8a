import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { assertManifest, describePackage } from '../../core/package/package.ts';
import { renderReview, reviewFile } from '../../core/package/review.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { declaredByFlag, examples, jsonFlag, packageFlag } from '../execution/flags.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';

/** Options of `one-roof review`. */
interface ReviewOptions {
  readonly package: string;
  readonly declaredBy?: string;
  readonly json?: boolean;
}

/**
 * `one-roof review`: declares that somebody has read exactly this package, in a file beside it. The approver's page compares the
 * package that waits with it.
 * @throws PackageInvalid when the package cannot be read or differs from its manifest; UsageError without a name.
 */
export function reviewCommand(options: ReviewOptions, now = new Date()): number {
  const terminal = createTerminal({ json: options.json === true });
  const files = readPackageFiles(options.package);
  assertManifest(files);
  const { digest: packageDigest } = describePackage(files);
  const by = declaredBy(options.declaredBy, true);
  if (by.trim() === '') throw new UsageError('--declared-by needs a name');
  const file = join(options.package, reviewFile(by));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderReview({ format: 'one-roof-review/1', by, at: now.toISOString(), packageDigest }));
  if (options.json === true) terminal.data(JSON.stringify({ file, by, packageDigest }));
  else terminal.data(`${packageDigest}\nwritten: ${file}`);
  terminal.progress('It is your word. Commit it signed (git commit -S), which proves that it is yours, and deploy.');
  return 0;
}

/** Flags and action of `one-roof review`. */
export const define: Define = (command, finish) =>
  command
    .addOption(packageFlag())
    .addOption(declaredByFlag())
    .addOption(jsonFlag())
    .addHelpText('after', examples('review', 'review --package DIR --declared-by "Name of the reviewer"'))
    .action((options: ReviewOptions) => finish(reviewCommand(options)));
