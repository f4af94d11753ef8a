import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { downloadEvidence, isInBucket } from '../aws/download-evidence.ts';
import { UsageError } from '../core/errors.ts';
import { runIdOf } from '../core/run-id.ts';
import { lastState } from './ending-of-history.ts';
import { executionToShow } from './find-execution.ts';
import { defaultReportFolder } from './folders.ts';
import { openTarget, type Target, type TargetOptions } from './target.ts';
import { createTerminal } from './terminal.ts';

/** Options of `one-roof report`. */
export interface ReportOptions extends TargetOptions {
  readonly reportDir?: string;
  readonly print?: boolean;
}

/** Where the report of a run lies: as its last state says, else where the local runtime would have put it. */
async function reportOf(target: Target, arn: string): Promise<string> {
  const { report } = lastState(await target.executions.history(arn));
  if (report !== undefined) return report;
  const { evidenceFolder } = target.runtime ?? {};
  const guess = evidenceFolder === undefined ? undefined : join(evidenceFolder, runIdOf(arn), 'report.md');
  if (guess !== undefined && existsSync(guess)) return guess;
  throw new UsageError(`Run ${runIdOf(arn)} has no report: it is still running, was stopped, or could not write one.`);
}

/**
 * `one-roof report`: says where the report of a run lies; on AWS it is fetched from the evidence bucket first, with
 * the evidence, ready for `one-roof verify-report`.
 * @throws UsageError, ServiceRefused.
 */
export async function reportCommand(named: string | undefined, options: ReportOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const { arn } = await executionToShow(target, named);
  const runId = runIdOf(arn);
  let report = await reportOf(target, arn);
  if (isInBucket(report)) {
    const folder = join(options.reportDir ?? defaultReportFolder(), runId);
    const region = options.region === undefined ? {} : { region: options.region };
    const files = await downloadEvidence(report, folder, region);
    terminal.progress(`${files.length} files were fetched from ${report}`);
    report = join(folder, basename(report));
  }
  if (options.json === true) terminal.data(JSON.stringify({ runId, folder: dirname(report), report }));
  else if (options.print === true) terminal.data(readFileSync(report, 'utf8').trimEnd());
  else terminal.data(report);
  return 0;
}
