import { type App, type AppProps, Validations } from 'aws-cdk-lib/core';
import { basename } from 'node:path';
import { assertChecked } from '../../check/assert-checked.ts';
import { ReleaseError } from '../../core/base/errors.ts';
import { awsSolutionsChecks } from './aws-solutions.cjs';
import { createReleaseApp } from './release-app.ts';

/**
 * The app as it is deployed: its manifest must fit, the package breaks no rule of `one-roof check`, and cdk-nag's
 * AwsSolutions pack must find nothing that is not acknowledged. A finding makes `cdk synth` exit 1.
 * @throws PackageInvalid, SettingMissing.
 */
export async function createCheckedApp(packageDirectory: string, props?: AppProps): Promise<App> {
  const given = props === undefined ? {} : { app: props };
  const { app, files, directory } = createReleaseApp({ packageDirectory, checkManifest: true, ...given });
  await assertChecked(files, basename(directory));
  Validations.of(app).addPlugins(awsSolutionsChecks(app));
  return app;
}

/**
 * Starts that app, which synthesizes itself at the end of the process. What the user can mend is a message without a stack trace,
 * and ends the process at once, before a refused app is synthesized.
 */
export async function startCheckedApp(packageDirectory: string): Promise<void> {
  try {
    await createCheckedApp(packageDirectory);
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
