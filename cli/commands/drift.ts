import { ReleaseError } from '../../core/base/errors.ts';
import { exitCodes } from '../../core/base/exit-codes.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Drift } from '../../local/driver/single-steps.ts';
import { type DatabaseOptions, withDatabase } from '../execution/database.ts';
import { containerFlag, examples, jsonFlag, packageFlag, reportFolderFlag, urlFlag } from '../execution/flags.ts';
import { assertRuntimePossible, type RuntimeFlags, withRuntime } from '../execution/with-runtime.ts';
import type { Define } from '../registry.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';

/** Options of `one-roof drift`. */
type DriftOptions = RuntimeFlags & Required<Pick<DatabaseOptions, 'url'>>;

/** What is said of each outcome, and the exit code. */
const told: Readonly<Record<Drift['outcome'], readonly [exitCode: number, says: string]>> = {
  as_sealed: [exitCodes.done, 'none, everything is as it was sealed'],
  nothing_sealed: [exitCodes.done, 'nothing to compare, no release of this package is sealed in this database'],
  drifted: [exitCodes.drifted, 'found'],
  not_recorded: [
    exitCodes.error,
    'cannot be known, no state behind this seal is recorded here: name the folder of its runs with --report-dir',
  ],
};

function show({ outcome, run, differences, planned }: Drift, terminal: Terminal): void {
  terminal.data(['DRIFT: ' + told[outcome][1], ...(run === undefined ? [] : [`run ${run}`])].join('|'));
  for (const line of differences) terminal.data(visibleLine(`  ${line}`));
  for (const line of planned) terminal.progress(visibleLine(`  planned by a later release: ${line}`));
}

/**
 * `one-roof drift`: what a release made and wrote, compared with what was sealed; nothing is repaired.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
async function driftCommand(options: DriftOptions): Promise<number> {
  assertRuntimePossible(options);
  const json = options.json === true;
  const terminal = createTerminal({ json });
  const { database, writer } = describePackage(readPackageFiles(options.package)).plan;
  return withDatabase({ database, user: writer }, options, terminal, (server) =>
    withRuntime(server, options, {}, async (runtime) => {
      const found = await runtime.checkDrift().catch((error: unknown) => {
        if (error instanceof ReleaseError)
          terminal.alert(`It cannot be known whether something drifted. ${error.message}`);
        else throw error;
      });
      if (found === undefined) return exitCodes.error;
      if (json) terminal.data(JSON.stringify(found, null, 2));
      else show(found, terminal);
      return told[found.outcome][0];
    }),
  );
}

/** Flags and action of `one-roof drift`. */
export const define: Define = (command, finish) =>
  command
    .addOption(urlFlag().makeOptionMandatory())
    .addOption(packageFlag())
    .addOption(reportFolderFlag('where the evidence of the release lies'))
    .addOption(containerFlag())
    .addOption(jsonFlag())
    .addHelpText('after', examples('drift --url "$DATABASE_URL"'))
    .action(async (options: DriftOptions) => finish(await driftCommand(options)));
