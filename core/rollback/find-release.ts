import type { Environment } from '../base/environment.ts';
import type { rollbackInputSchema } from '../base/rollback-contracts.ts';
import type { ExecutionSearch } from '../base/ports.ts';
import { runIdOf } from '../base/run-id.ts';
import type * as z from 'zod';

/** The release that a rollback is about. */
export interface Release {
  readonly runId: string;
  /** Undefined when no history knows the release, and only its stamps in the database tell of it. */
  readonly arn: string | undefined;
  readonly name: string;
  readonly startedAt: Date;
  /** Whether it was still running when it was looked up; a release that was named has ended. */
  readonly running: boolean;
}

/** The run id that an operator named, if there is one. */
export function namedRun({ stampedRun, undoReleased, overrideChangedRows }: z.output<typeof rollbackInputSchema>) {
  return stampedRun ?? undoReleased ?? overrideChangedRows;
}

/**
 * Finds the release that a rollback is about: the one that its input names, by execution or by a run id, else the
 * newest. Undefined when there is none.
 */
export async function findRelease(
  { STATE_MACHINE_ARN }: Pick<Environment<'report-rollback'>, 'STATE_MACHINE_ARN'>,
  { executions }: { readonly executions: ExecutionSearch },
  input: z.output<typeof rollbackInputSchema>,
): Promise<Release | undefined> {
  const { release } = input;
  if (release !== undefined) {
    const { Id: arn, Name: name, StartTime: startedAt } = release;
    return { runId: runIdOf(arn), arn, name, startedAt: new Date(startedAt), running: false };
  }
  const found = await executions.newest(STATE_MACHINE_ARN, namedRun(input));
  if (found !== undefined) return { ...found, runId: runIdOf(found.arn), running: found.status === 'RUNNING' };
  const { stampedRun: runId } = input;
  return runId === undefined
    ? undefined
    : { runId, arn: undefined, name: runId, startedAt: new Date(0), running: false };
}
