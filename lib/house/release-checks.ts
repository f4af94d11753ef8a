import { type App, type AppProps, Validations } from 'aws-cdk-lib/core';
import { assertChecked } from '../../check/assert-checked.ts';
import { ReleaseError, SettingMissing } from '../../core/base/errors.ts';
import { shownFolder } from '../../disk/shown-folder.ts';
import { awsSolutionsChecks } from './aws-solutions.cjs';
import { createReleaseApp } from './release-app.ts';
import type { ReleaseContext } from './release-context.ts';

/** Refuses what could be deployed and never released: several people are told apart on the approver's page alone. */
function assertApprovable({ release, settings }: ReleaseContext): void {
  const { people } = release.plan.approval;
  if (people === 1 || settings.approverEmail !== undefined) return;
  throw new SettingMissing(
    `release.json asks for ${people} approvers, and only the approver’s page can tell them apart: give its first user by one-roof:approverEmail`,
  );
}

/**
 * The app as it is deployed: its manifest must fit, the package breaks no rule of `one-roof check`, and cdk-nag's
 * AwsSolutions pack must find nothing that is not acknowledged. A finding makes `cdk synth` exit 1.
 * @throws PackageInvalid, SettingMissing.
 */
export async function createCheckedApp(packageDirectory: string, props?: AppProps): Promise<App> {
  const given = props === undefined ? {} : { app: props };
  const { app, files, directory, stack } = createReleaseApp({ packageDirectory, checkManifest: true, ...given });
  assertApprovable(stack.context);
  await assertChecked(files, shownFolder(directory));
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
