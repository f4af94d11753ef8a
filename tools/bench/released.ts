import { isTierState } from '../../core/base/names.ts';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createApprover } from '../../cli/execution/answer-approval.ts';
import { releaseWithStop } from '../../cli/execution/release-with-stop.ts';
import { createTerminal } from '../../cli/screen/terminal.ts';
import { createEvidenceFolder } from '../../local/driver/evidence-folder.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import { CallCount } from './call-count.ts';
import { apr, packageDirectory } from '../package.ts';
import type { Stage } from './stage.ts';
import { timed } from './statistics.ts';

/** Counts of one whole release through both machines on the laptop. */
export interface Released {
  readonly ms: number;
  /** Number of states entered; each is one billed transition. */
  readonly transitions: number;
  /** Number of functions invoked. */
  readonly invocations: number;
  /** The functions' calls to AWS. */
  readonly calls: CallCount;
  /** Names of the states that ran a tier, in order. */
  readonly tiers: readonly string[];
}

const quiet = {
  ...createTerminal({ json: true }),
  interactive: false,
  alert: () => undefined,
  progress: () => undefined,
};

async function start(stage: Stage, calls: CallCount, latencyMs: number): Promise<Runtime> {
  const evidenceFolder = mkdtempSync(join(stage.folder, 'evidence-'));
  const runtime = await startRuntime({
    server: stage.server,
    packageDirectory,
    evidenceFolder,
    evidence: calls.watching(createEvidenceFolder(evidenceFolder)),
    notifier: { notify: () => Promise.resolve() },
    settings: { startBySeconds: 45 },
  });
  if (latencyMs > 0) {
    runtime.ssm.setFaults(() => ({ deliverAfter: latencyMs, invisibleFor: Math.min(latencyMs, 500) }));
  }
  const approver = createApprover(runtime.stepFunctions, { apr, terminal: quiet });
  runtime.stepFunctions.onEvent(({ event }) => {
    calls.state = event.stateEnteredEventDetails?.name ?? calls.state;
    approver(event);
  });
  return runtime;
}

/**
 * Runs one release on a fresh small fixture, through the synthesized state machine and the handlers, approved at once.
 * `latencyMs` is the time that SSM takes to deliver a command to the node. @throws unless it is released.
 */
export async function releaseOnce(stage: Stage, latencyMs = 0): Promise<Released> {
  await stage.fresh('small');
  const calls = new CallCount();
  const runtime = await start(stage, calls, latencyMs);
  try {
    const { ms, result } = await timed(() => calls.during(() => releaseWithStop(runtime, quiet)));
    const { executionArn, ending } = result;
    if (ending.exitCode !== 0) throw new Error(`The measured release ended with ${ending.exitCode}`);
    const events = runtime.stepFunctions.history(executionArn);
    const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
    return {
      ms,
      transitions: states.length,
      invocations: events.filter(({ type }) => type === 'TaskScheduled' || type === 'LambdaFunctionScheduled').length,
      calls,
      tiers: states.filter((name) => isTierState(name)),
    };
  } finally {
    await runtime.stop();
  }
}
