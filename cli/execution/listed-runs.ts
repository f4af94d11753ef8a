import { releaseMachines, states } from '../../core/base/names.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { viewExecution } from '../../core/approval/execution-view.ts';
import type { RunSummary } from '../../core/report/run-summary.ts';
import type { ListedExecution } from '../../aws/executions.ts';
import { endedNow } from './ended-now.ts';
import { noRollback } from './follow-rollback.ts';
import { openExecutions, type Target, type TargetOptions } from './target.ts';

async function stateOf(target: Target, { arn }: ListedExecution): Promise<Pick<RunSummary, 'state' | 'headline'>> {
  const events = await target.executions.history(arn);
  const { status, rows, startedBy } = viewExecution(arn, events);
  const at = rows.at(-1)?.name ?? 'its start';
  if (status === 'running') {
    const by = startedBy === undefined ? '' : `, started by ${startedBy} (declared)`;
    return { state: at === states.awaitApproval ? 'waiting' : 'running', headline: `At ${at}${by}.` };
  }
  const { ending, rollback } = await endedNow(target, arn, events);
  if (ending !== undefined) return { state: ending.name, headline: ending.headline };
  const headline = rollback === undefined ? noRollback(runIdOf(arn)) : 'Its rollback has not ended yet.';
  return { state: status, headline };
}

/**
 * The newest releases of all packages, as Step Functions knows them. It forgets an execution after 90 days; the evidence does not.
 * @throws UsageError, ServiceRefused.
 */
export async function listedRuns(options: TargetOptions, most: number): Promise<RunSummary[]> {
  const opened = openExecutions(options);
  const machines = await opened.executions.machines();
  const found: { target: Target; machine: string; execution: ListedExecution }[] = [];
  for (const { release, rollback } of releaseMachines(machines.keys())) {
    const [releaseArn = '', rollbackArn = ''] = [machines.get(release), machines.get(rollback)];
    const target = { ...opened, releaseArn, rollbackArn };
    const executions = await opened.executions.list(releaseArn, { most });
    found.push(...executions.map((execution) => ({ target, machine: release, execution })));
  }
  found.sort((left, right) => right.execution.startedAt.getTime() - left.execution.startedAt.getTime());
  const runs: RunSummary[] = [];
  // One after the other: Step Functions allows a few reads a second for a whole account.
  for (const { target, machine, execution } of found.slice(0, most)) {
    const { arn, startedAt } = execution;
    runs.push({
      runId: runIdOf(arn),
      machine,
      startedAt: startedAt.toISOString(),
      ...(await stateOf(target, execution)),
    });
  }
  return runs;
}
