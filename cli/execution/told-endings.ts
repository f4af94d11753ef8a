import type { HistoryEvent } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { rollbackOutcomeSchema } from '../../core/base/rollback-contracts.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import { states } from '../../core/base/names.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import type { Finding } from '../../core/report/verify-chain.ts';
import type { Verification } from '../../core/report/verify.ts';
import { statusOf } from '../../core/approval/execution-view.ts';
import { namedExecution } from './find-execution.ts';
import { runOfRollback } from './run-of-rollback.ts';
import type { Target } from './target.ts';

/** Rollbacks looked at; the service keeps no execution longer than 90 days. */
const MOST = 1000;

const writtenSchema = z.looseObject({ evidenceHead: z.string().optional(), outcome: rollbackOutcomeSchema.optional() });

/** The output of *Write report* in an execution; undefined when it was not reached or failed. */
function written(events: readonly HistoryEvent[]) {
  const left = events.findLast(({ stateExitedEventDetails: details }) => details?.name === states.writeReport);
  return parseJsonAs(writtenSchema, left?.stateExitedEventDetails?.output);
}

/** A finding: something that an execution's history knows and the folder does not show. */
function problemOf(name: string, events: readonly HistoryEvent[], { heads }: Verification): string | undefined {
  const { evidenceHead, outcome } = written(events) ?? {};
  if (statusOf(events) === 'running') return `${name} of this run has not ended yet`;
  if (evidenceHead !== undefined) {
    const shown = heads.some(({ head }) => head === evidenceHead);
    return shown ? undefined : `${name} closed this run at ${evidenceHead}, and no entry here has that head`;
  }
  const didSomething =
    outcome === 'rolled_back' && !heads.some(({ execution }) => name.endsWith(` ${execution ?? ''}`));
  return didSomething ? `${name} rolled this run back, and no entry here says so` : undefined;
}

/**
 * Compares a folder with the histories of the release and of every rollback of its run. They keep the head of each
 * ending for 90 days, so that an undo whose entries were taken out of the folder shows.
 * @throws UsageError when the release is not to be found; ServiceRefused.
 */
export async function compareWithHistory(target: Target, result: Verification): Promise<Finding[]> {
  const { executions, rollbackArn } = target;
  const release = await namedExecution(target, result.runId);
  const told: (readonly [string, HistoryEvent[]])[] = [];
  told.push([`the release ${release.name}`, await executions.history(release.arn)]);
  for (const { arn, name } of await executions.list(rollbackArn, { most: MOST, since: release.startedAt })) {
    const events = await executions.history(arn);
    if (runOfRollback(events) === runIdOf(release.arn)) told.push([`the rollback ${name}`, events]);
  }
  return told.flatMap(([name, events]) => {
    const problem = problemOf(name, events, result);
    return problem === undefined ? [] : [{ file: 'history:', problem }];
  });
}
