import type { Environment } from '../base/environment.ts';
import type { rollbackInputSchema } from '../base/contracts.ts';
import type { HistoryPorts } from '../base/ports.ts';
import type * as z from 'zod';

/** The release that a rollback is about. */
export interface Release {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: Date;
  /** Whether it was still running when it was looked up; a release that was named has ended. */
  readonly running: boolean;
}

/** The run id that an operator's flag names, if there is one. */
export function flaggedRun({ undoReleased, overrideChangedRows }: z.output<typeof rollbackInputSchema>) {
  return undoReleased ?? overrideChangedRows;
}

/**
 * Finds the release that a rollback is about: the one that its input names, by execution or by the run id of an
 * operator's flag, else the newest. Undefined when there is none.
 */
export async function findRelease(
  { STATE_MACHINE_ARN }: Pick<Environment<'report-rollback'>, 'STATE_MACHINE_ARN'>,
  { executions }: Pick<HistoryPorts, 'executions'>,
  input: z.output<typeof rollbackInputSchema>,
): Promise<Release | undefined> {
  const { release } = input;
  if (release !== undefined) {
    return { arn: release.Id, name: release.Name, startedAt: new Date(release.StartTime), running: false };
  }
  const found = await executions.newest(STATE_MACHINE_ARN, flaggedRun(input));
  return found === undefined ? undefined : { ...found, running: found.status === 'RUNNING' };
}
