import { renderBundle } from '../../core/package/bundle.ts';
import { UsageError } from '../../core/base/errors.ts';
import { assertManifest, describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Define } from '../registry.ts';
import { packageFlag } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof bundle`. */
interface BundleOptions {
  readonly package: string;
  readonly script?: string;
}

/**
 * `one-roof bundle`: the whole release, or the script with this id, as one self-contained file on stdout, for psql's
 * stdin. @throws UsageError when the plan has no such script; PackageInvalid when the package is not in order.
 */
export function printBundle(options: BundleOptions): number {
  const files = readPackageFiles(options.package);
  assertManifest(files);
  const { plan, digest, scripts } = describePackage(files);
  const found = scripts.find(({ script }) => script.id === options.script);
  if (options.script !== undefined && found === undefined) {
    const ids = scripts.map(({ script }) => script.id).join(', ');
    throw new UsageError(`The plan has no script "${options.script}". Choose one of: ${ids}.`);
  }
  process.stdout.write(renderBundle({ files, plan, digest }, found?.script));
  return 0;
}

/** Flags and action of `one-roof bundle`. */
export const define: Define = (command, finish) =>
  command
    .addOption(new Option('--script <id>', 'the script of the plan with this id instead, for example undo'))
    .addOption(packageFlag())
    .action((options: BundleOptions) => finish(printBundle(options)));
