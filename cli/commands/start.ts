import { randomBytes } from 'node:crypto';
import { runIdOf } from '../../core/base/run-id.ts';
import { visibleLine } from '../../core/base/visible.ts';
import { declaredBy } from '../execution/declared-by.ts';
import { othersNow } from '../execution/find-execution.ts';
import { openTarget, type TargetOptions } from '../execution/target.ts';
import { createTerminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { declaredByFlag, examples, targetFlags } from '../execution/flags.ts';

/** Options of `one-roof start`. */
export interface StartOptions extends TargetOptions {
  readonly declaredBy?: string;
}

/** A name that sorts by time; ours, so that a repeated call starts nothing twice. */
export function executionName(now: Date): string {
  const stamp = now
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[^0-9TZ]/g, '');
  return `${stamp}Z-${randomBytes(3).toString('hex')}`;
}

/**
 * `one-roof start`: starts a release. It reads the gate and then waits for an approval; nothing is written before one.
 * @throws ServiceRefused, UsageError.
 */
export async function startCommand(options: StartOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const target = await openTarget(options);
  const requestedBy = declaredBy(options.declaredBy, target.local);
  const arn = await target.executions.start(target.releaseArn, executionName(new Date()), { requestedBy });
  const runId = runIdOf(arn);
  if (options.json === true) terminal.data(JSON.stringify({ runId, executionArn: arn }));
  else terminal.data(arn);
  terminal.progress(`Run ${runId} has started. It reads the gate, then waits for an approval.`);
  for (const line of await othersNow(target, arn)) terminal.alert(visibleLine(line));
  // Names the run id, because the list of executions may not show this release yet.
  terminal.progress(`  one-roof watch${target.flags} ${runId}`);
  terminal.progress(`  one-roof approve${target.flags} --execution ${runId} --apr CODE`);
  return 0;
}

/** Flags and action of `one-roof start`. */
export const define: Define = (command, finish) =>
  targetFlags(command)
    .addOption(declaredByFlag())
    .addHelpText('after', examples('start', 'start --local', 'start --region eu-central-1 --json'))
    .action(async (options: StartOptions) => finish(await startCommand(options)));
