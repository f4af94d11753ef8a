import Table from 'cli-table3';
import { InvalidArgumentError, Option } from 'commander';
import { visibleLine } from '../../core/base/visible.ts';
import type { RunSummary } from '../../core/report/run-summary.ts';
import { examples, reportFolderFlag, targetFlags } from '../execution/flags.ts';
import { defaultReportFolder } from '../execution/folders.ts';
import type * as listed from '../execution/listed-runs.ts';
import { recordedRuns } from '../execution/recorded-runs.ts';
import type { TargetOptions } from '../execution/target.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';

/** Options of `one-roof list`. */
interface ListOptions extends TargetOptions {
  readonly reportDir?: string;
  readonly most: number;
}

/** Runs that are shown unless told otherwise. */
const MOST = 20;
/** Loads the AWS SDK only when Step Functions is asked. */
const load: (path: string) => typeof listed = require;

function table(runs: readonly RunSummary[]): string {
  const rows = new Table({
    head: ['run', 'started (UTC)', 'machine', 'state', 'what it says'],
    style: { head: [], border: [] },
  });
  for (const { runId, startedAt, machine, state, headline } of runs) {
    const words = visibleLine(headline).slice(0, 80);
    rows.push([
      runId,
      startedAt.slice(0, 19).replace('T', ' '),
      visibleLine(machine),
      state.replaceAll('_', ' '),
      words,
    ]);
  }
  return rows.toString();
}

/** Whether the runs are those whose evidence lies on this machine, running or long ended; else Step Functions is asked. */
function onThisMachine({ local, name, runtime, endpointUrl, reportDir }: ListOptions): boolean {
  const asksRuntime = name !== undefined || runtime !== undefined || endpointUrl !== undefined;
  return reportDir !== undefined || (local === true && !asksRuntime);
}

/**
 * `one-roof list`: the runs of all packages, newest first, each with its newest ending, an undo included.
 * @throws UsageError, ServiceRefused.
 */
export async function listCommand(options: ListOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const { most, reportDir = defaultReportFolder() } = options;
  const runs = onThisMachine(options)
    ? recordedRuns(reportDir).slice(0, most)
    : await load('../execution/listed-runs.ts').listedRuns(options, most);
  if (options.json === true) terminal.data(JSON.stringify(runs, null, 2));
  else if (runs.length > 0) terminal.data(table(runs));
  else terminal.progress(`There is no run yet${onThisMachine(options) ? ` in ${reportDir}` : ''}.`);
  return 0;
}

function count(text: string): number {
  const most = Number(text);
  if (Number.isInteger(most) && most > 0 && most <= 1000) return most;
  throw new InvalidArgumentError('give a number from 1 to 1000');
}

/** Flags and action of `one-roof list`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addOption(reportFolderFlag('list the runs in this folder'))
    .addOption(new Option('--most <number>', 'how many, the newest first').argParser(count).default(MOST))
    .addHelpText('after', examples('list', 'list --local', 'list --region eu-central-1 --most 5 --json'))
    .action(async (options: ListOptions) => finish(await listCommand(options)));
