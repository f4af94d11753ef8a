import { App, type AppProps } from 'aws-cdk-lib/core';
import { namePrefix } from '../../core/base/names.ts';
import { assertManifest, describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { inFolder } from '../../disk/shown-folder.ts';
import { readReviews } from '../../disk/read-reviews.ts';
import { ReleaseStack } from './release-stack.ts';
import { contextKey, readSettings } from './settings.ts';

/** @see createReleaseApp */
interface ReleaseAppOptions {
  /** The folder that is released, unless CDK context names another by `one-roof:package`. */
  readonly packageDirectory: string;
  /** Refuse files that differ from the committed manifest; what is deployed was then reviewed. */
  readonly checkManifest: boolean;
  readonly app?: AppProps;
}

/**
 * The CDK app: one package, one stack.
 * @throws PackageInvalid, SettingMissing.
 */
export function createReleaseApp({ packageDirectory, checkManifest, app: props }: ReleaseAppOptions) {
  const app = new App(props);
  const named: unknown = app.node.tryGetContext(contextKey('package'));
  const directory = typeof named === 'string' ? named : packageDirectory;
  return inFolder(directory, () => {
    const files = readPackageFiles(directory);
    if (checkManifest) assertManifest(files);
    const release = { ...describePackage(files), reviews: readReviews(directory) };
    const settings = readSettings(app.node);
    return {
      app,
      directory,
      files,
      stack: new ReleaseStack(app, namePrefix(release.plan.name), { release, settings }),
    };
  });
}
