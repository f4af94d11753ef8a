import Table from 'cli-table3';
import { Option } from 'commander';
import { ReleaseError } from '../../core/base/errors.ts';
import { exitCodes } from '../../core/base/exit-codes.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { trialRows } from '../../core/report/tables.ts';
import { duration } from '../../core/report/time.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import type { Trial } from '../../local/driver/single-steps.ts';
import { assertCode } from '../execution/assert-code.ts';
import { readCheckedPackage } from '../execution/checked-package.ts';
import { assertPlaceChosen, type DatabaseOptions } from '../execution/database.ts';
import { withSingleSteps } from '../execution/with-single-steps.ts';
import { databaseFlags, examples } from '../execution/flags.ts';
import { assertHost } from '../execution/with-runtime.ts';
import type { Define } from '../registry.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';

interface TrialOptions extends DatabaseOptions {
  readonly apr: string;
}

function show(trial: Trial, terminal: Terminal): void {
  const { locks, parts } = trialRows({ trial });
  for (const [head, rows] of [
    [['relation', 'strongest lock'], locks],
    [['script', 'took'], parts],
  ] as const) {
    const table = new Table({ head: [...head], style: { head: [], border: [] } });
    table.push(...rows.map((row) => row.map(visibleLine)));
    terminal.data(table.toString());
  }
  terminal.data(`TRIAL: would end well|locks held for ${duration(trial.milliseconds / 1000)}`);
}

async function tryOnce(runtime: Runtime, apr: string, terminal: Terminal, json: boolean): Promise<number> {
  try {
    const checked = await runtime.checkGate();
    if (!checked.ready) {
      terminal.data(visibleLine(`TRIAL: not tried, the gate is closed|${checked.gate.blockers}`));
      for (const line of checked.gate.explanations) terminal.progress(visibleLine(`  ${line}`));
      return exitCodes.blocked;
    }
    const trial = await runtime.tryRelease(checked, apr);
    if (json) terminal.data(JSON.stringify(trial, null, 2));
    else show(trial, terminal);
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    terminal.data(visibleLine(`TRIAL: would not end well|${error.message}`));
    return exitCodes.blocked;
  }
}

/**
 * `one-roof trial`: the gate, and then release and undo in one transaction that cannot commit, without a release around them.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
async function tryCommand(options: TrialOptions): Promise<number> {
  assertPlaceChosen(options);
  assertHost(options);
  const json = options.json === true;
  const terminal = createTerminal({ json });
  const { plan } = await readCheckedPackage(options.package);
  assertCode(plan, options.apr);
  return withSingleSteps(plan, options, terminal, (runtime) => tryOnce(runtime, options.apr, terminal, json));
}

/** Flags and action of `one-roof trial`. */
export const define: Define = (command, finish) =>
  databaseFlags(command)
    .addOption(new Option('--apr <code>', 'code of the ratified approval request').makeOptionMandatory())
    .addHelpText('after', examples('trial --local --apr CODE', 'trial --url "$DATABASE_URL" --apr CODE'))
    .action(async (options: TrialOptions) => finish(await tryCommand(options)));
