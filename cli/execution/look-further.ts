import { UsageError } from '../../core/base/errors.ts';
import { runIdPattern } from '../../core/base/run-id.ts';
import { compareWithStore } from '../../core/report/compare-store.ts';
import type { ReportFolder } from '../../core/report/run-folder.ts';
import type { Finding } from '../../core/report/verify-chain.ts';
import type { Verification } from '../../core/report/verify.ts';
import { runLocation } from '../../aws/download-evidence.ts';
import { readStoredEvidence } from '../../aws/stored-evidence.ts';
import { openTarget, type TargetOptions } from './target.ts';
import { compareWithHistory } from './told-endings.ts';

/** Where to look for what a folder cannot show of itself. */
export interface FurtherOptions extends TargetOptions {
  readonly bucket?: string;
  readonly history?: boolean;
}

/**
 * What the evidence bucket and the execution histories know of a run and its folder does not show.
 * @throws UsageError, ServiceRefused.
 */
export async function lookFurther(
  folder: ReportFolder,
  result: Verification,
  options: FurtherOptions,
): Promise<Finding[]> {
  const { runId } = result;
  const { bucket, history, region } = options;
  if (!runIdPattern.test(runId)) throw new UsageError(`The run id ${JSON.stringify(runId)} of the folder is none.`);
  const findings: Finding[] = [];
  if (bucket !== undefined) {
    runLocation(bucket, runId); // refuses what cannot be a bucket
    const stored = await readStoredEvidence(bucket, runId, region === undefined ? {} : { region });
    findings.push(...compareWithStore(folder, stored));
  }
  if (history === true) findings.push(...(await compareWithHistory(await openTarget(options), result)));
  return findings;
}
