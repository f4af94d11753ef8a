import { isRollback } from '../../core/base/names.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { downloadEvidence, isInBucket, runLocation } from '../../aws/download-evidence.ts';
import { UsageError } from '../../core/base/errors.ts';
import { parseJson } from '../../core/base/json.ts';
import { embeddedSchema } from '../../core/ending/closing.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { lastState } from '../execution/ending-of-history.ts';
import { executionToShow } from '../execution/find-execution.ts';
import { defaultReportFolder } from '../execution/folders.ts';
import { runOfRollback } from '../execution/run-of-rollback.ts';
import { openTarget, type Target, type TargetOptions } from '../execution/target.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { examples, executionArgument, reportFolderFlag, targetFlags } from '../execution/flags.ts';
import { Option } from 'commander';

/** Options of `one-roof report`. */
export interface ReportOptions extends TargetOptions {
  readonly reportDir?: string;
  /** The evidence bucket, for a run that does not say where its report lies. */
  readonly bucket?: string;
  readonly print?: boolean;
}

/** A report of a run: the release's own, or the one that a rollback left, named after its last entry. */
const reportName = /^(report|rollback-[0-9]{4})\.md$/;

/** The number of the entry that closed the release itself, by the evidence that its report carries; 0 when it says none. */
function ownClosing(report: string): number {
  const json = report.replace(/\.md$/, '.json');
  const parsed = existsSync(json) ? embeddedSchema.safeParse(parseJson(readFileSync(json, 'utf8'))).data : undefined;
  return parsed?.evidence.entries.at(-1)?.sequence ?? 0;
}

/** The newest report among the files of a run: the release's own, unless a rollback closed the run again after it. */
function pickReport(files: readonly string[]): string | undefined {
  const reports = files.filter((file) => reportName.test(basename(file))).sort();
  const own = reports.find((file) => basename(file) === 'report.md');
  const [last] = reports.filter((file) => file !== own).slice(-1);
  if (own === undefined || last === undefined) return own ?? last;
  const closedBy = Number(/-([0-9]{4})\.md$/.exec(last)?.[1]);
  const closed = ownClosing(own);
  return closed > 0 && closedBy > closed ? last : own;
}

/** A run whose report is asked for; for a ROLLBACK, that of the release it is about. */
interface Run {
  readonly runId: string;
  /** Where its report lies, as its last state says: a release that was stopped cannot say it. */
  readonly reported: string | undefined;
}

async function findRun(target: Target, named: string | undefined): Promise<Run> {
  const { arn } = await executionToShow(target, named);
  const events = await target.executions.history(arn);
  const undone = isRollback(arn) ? runOfRollback(events) : undefined;
  return { runId: undone ?? runIdOf(arn), reported: lastState(events).report };
}

function noReport(runId: string, why: string): UsageError {
  return new UsageError(`Run ${runId} has no report ${why}: it is still running, or could not write one.`);
}

/** Fetches a run from the evidence bucket and returns the path of its report. */
async function fetchReport(runId: string, location: string, options: ReportOptions): Promise<string> {
  const folder = join(options.reportDir ?? defaultReportFolder(), runId);
  const region = options.region === undefined ? {} : { region: options.region };
  const { files, strangers } = await downloadEvidence(location, folder, region);
  const terminal = createTerminal({ json: options.json === true });
  terminal.progress(`${files.length} files were fetched from ${location}`);
  if (strangers.length > 0) terminal.alert(`No files of a run, and not fetched: ${strangers.join(', ')}`);
  const report = pickReport(files);
  if (report === undefined) throw noReport(runId, `at ${location}`);
  return report;
}

function newestIn(folder: string): string | undefined {
  return pickReport(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);
}

async function reportOf(target: Target, { runId, reported }: Run, options: ReportOptions): Promise<string> {
  const location = options.bucket === undefined ? reported : runLocation(options.bucket, runId);
  if (location !== undefined)
    return isInBucket(location) ? fetchReport(runId, location, options) : (newestIn(dirname(location)) ?? location);
  const { evidenceFolder } = target.runtime ?? {};
  if (evidenceFolder === undefined) {
    throw new UsageError(
      `Run ${runId} does not say where its report lies: it is still running, or was stopped. Pass the evidence bucket, ` +
        'which the message of every other release names (Report: s3://…): --bucket NAME',
    );
  }
  const folder = join(evidenceFolder, runId);
  const report = newestIn(folder);
  if (report === undefined) throw noReport(runId, `in ${folder}`);
  return report;
}

/**
 * `one-roof report`: says where the report of a run lies; on AWS it is fetched from the evidence bucket first, with
 * the evidence, ready for `one-roof verify-report`. Of a release that was stopped it is the one its rollback left.
 * @throws UsageError, ServiceRefused.
 */
export async function reportCommand(named: string | undefined, options: ReportOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const run = await findRun(target, named);
  const report = await reportOf(target, run, options);
  if (options.json === true) terminal.data(JSON.stringify({ runId: run.runId, folder: dirname(report), report }));
  else if (options.print === true) terminal.data(readFileSync(report, 'utf8').trimEnd());
  else terminal.data(report);
  return 0;
}

/** Flags and action of `one-roof report`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addArgument(executionArgument())
    .addOption(reportFolderFlag('where to put what is fetched'))
    .addOption(new Option('--bucket <name>', 'the evidence bucket, for a run that was stopped and cannot name it'))
    .addOption(new Option('--print', 'print the report (Markdown) instead of its place'))
    .addHelpText('after', examples('report', 'report --local --print', 'report 0123456789ab --bucket NAME'))
    .action(async (named: string | undefined, options: ReportOptions) => finish(await reportCommand(named, options)));
