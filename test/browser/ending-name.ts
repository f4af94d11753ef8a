import { releaseEnding } from '../../cli/execution/ending-of-history.ts';
import type { Stage } from '../cli/stage.ts';

/** How a release ended, by its history. */
export async function endingName(stage: Stage, arn: string): Promise<string> {
  await stage.end(arn);
  return releaseEnding(await stage.executions.history(arn)).name;
}
