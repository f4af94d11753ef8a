import { type App, type AppProps, Validations } from 'aws-cdk-lib/core';
import { awsSolutionsChecks } from './aws-solutions.cjs';
import { createReleaseApp } from './release-app.ts';

/**
 * The app as it is deployed: its manifest must fit, and cdk-nag's AwsSolutions pack must find nothing that is not
 * acknowledged. A finding makes `cdk synth` exit 1.
 * @throws PackageInvalid, SettingMissing.
 */
export function createCheckedApp(packageDirectory: string, props?: AppProps): App {
  const { app } = createReleaseApp({ packageDirectory, checkManifest: true, ...(props ? { app: props } : {}) });
  Validations.of(app).addPlugins(awsSolutionsChecks(app));
  return app;
}
