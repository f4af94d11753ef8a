import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createReleaseApp } from './release-app.ts';

/** Builds the app for deployment: the manifest must fit, and cdk-nag's AwsSolutions pack must find nothing. */
export function releaseWithChecks(packageDirectory: string): void {
  const { app } = createReleaseApp({ packageDirectory, checkManifest: true });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
