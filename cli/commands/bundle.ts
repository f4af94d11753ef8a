import { renderBundle } from '../../core/package/bundle.ts';
import { assertManifest, describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';

/** `one-roof bundle`: the whole release as one file on stdout, for the runbook's stdin channel. */
export function printBundle(options: { readonly package: string }): number {
  const files = readPackageFiles(options.package);
  assertManifest(files);
  process.stdout.write(renderBundle(files, describePackage(files).digest));
  return 0;
}
