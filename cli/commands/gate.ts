import { ReleaseError } from '../../core/base/errors.ts';
import { visibleLine, visibleLines } from '../../core/base/visible.ts';
import { describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { headlines } from '../../core/gate/gate-rows.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { calendarFlag, databaseFlags } from '../execution/flags.ts';
import { assertPlaceChosen } from '../execution/database.ts';
import { withSingleSteps } from '../execution/with-single-steps.ts';
import { assertHost, type RuntimeFlags } from '../execution/with-runtime.ts';

/**
 * Reads the gate and prints it. A gate that could not be read is an error, exit code 1, whatever a release would make
 * of it.
 */
async function showGate(runtime: Runtime, terminal: Terminal, json: boolean): Promise<number> {
  const read = await runtime.checkGate().catch((error: unknown) => {
    if (error instanceof ReleaseError) terminal.alert(`The gate could not be read. ${error.message}`);
    else throw error;
  });
  if (read === undefined) return 1;
  const { status, blockers, explanations, notes } = read.gate;
  if (json) terminal.data(JSON.stringify(read.gate, null, 2));
  else terminal.data(visibleLine(['GATE: ' + status, ...headlines(read.gate)].join('|')));
  if (blockers !== '') terminal.progress(visibleLines([blockers, ...explanations.map((line) => `  ${line}`)]));
  if (notes.length > 0) terminal.progress(visibleLines(notes.map((line) => `note: ${line}`)));
  return status === 'READY' ? 0 : 10;
}

/**
 * `one-roof gate`: the same *Check gate* that starts a release, and nothing after it.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function readGateCommand(options: RuntimeFlags): Promise<number> {
  assertPlaceChosen(options);
  assertHost(options);
  const terminal = createTerminal({ json: options.json === true });
  const { plan } = describePackage(readPackageFiles(options.package));
  return withSingleSteps(plan, options, terminal, (runtime) => showGate(runtime, terminal, options.json === true));
}

/** Flags and action of `one-roof gate`. */
export const define: Define = (command, finish) =>
  databaseFlags(command)
    .addOption(calendarFlag())
    .action(async (options: RuntimeFlags) => finish(await readGateCommand(options)));
