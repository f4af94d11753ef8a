import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, readdirSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { createApprover } from '../cli/answer-approval.ts';
import { releaseWithStop } from '../cli/release-with-stop.ts';
import { createTerminal } from '../cli/terminal.ts';
import { startRuntime } from '../local/runtime.ts';
import { apr, packageDirectory, type Stage } from './stage.ts';
import { timed } from './statistics.ts';

/** What one whole release through both machines of the laptop did. */
export interface Released {
  readonly ms: number;
  /** States entered; each is one billed transition. */
  readonly transitions: number;
  /** Functions called. */
  readonly invocations: number;
  /** Calls to Systems Manager by operation, for example `SendCommand`. */
  readonly calls: ReadonlyMap<string, number>;
  /** Entries in the evidence. */
  readonly entries: number;
}

const channel = 'http.client.request.start';
const messageSchema = z.object({ request: z.instanceof(ClientRequest) });

/** Counts what the handlers' own SDK clients send to Systems Manager while `run` lasts. */
async function counting<T>(
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly calls: Map<string, number> }> {
  const calls = new Map<string, number>();
  const count = (message: unknown) => {
    const { request } = messageSchema.parse(message);
    const [service, operation] = String(request.getHeader('x-amz-target') ?? '').split('.');
    if (service !== 'AmazonSSM' || operation === undefined) return;
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
  };
  subscribe(channel, count);
  try {
    return { result: await run(), calls };
  } finally {
    unsubscribe(channel, count);
  }
}

/**
 * One release on a fresh small fixture, through the synthesized state machine and the handlers, approved at once.
 * `latencyMs` is what SSM takes to deliver a command to the node. @throws unless it is released.
 */
export async function releaseOnce(stage: Stage, latencyMs = 0): Promise<Released> {
  await stage.fresh('small');
  const runtime = await startRuntime({
    server: stage.server,
    packageDirectory,
    evidenceFolder: mkdtempSync(join(stage.folder, 'evidence-')),
    notifier: { notify: () => Promise.resolve() },
    settings: { startBySeconds: 45 },
  });
  const terminal = {
    ...createTerminal({ json: true }),
    interactive: false,
    alert: () => undefined,
    progress: () => undefined,
  };
  try {
    if (latencyMs > 0)
      runtime.ssm.setFaults(() => ({ deliverAfter: latencyMs, invisibleFor: Math.min(latencyMs, 500) }));
    const approver = createApprover(runtime.stepFunctions, { apr, terminal });
    runtime.stepFunctions.onEvent(({ event }) => approver(event));
    const { ms, result } = await timed(() => counting(() => releaseWithStop(runtime, terminal)));
    const { executionArn, runId, ending } = result.result;
    if (ending.exitCode !== 0) throw new Error(`The measured release ended with ${ending.exitCode}`);
    const events = runtime.stepFunctions.history(executionArn);
    return {
      ms,
      transitions: events.filter(({ type }) => type.endsWith('StateEntered')).length,
      invocations: events.filter(({ type }) => type === 'TaskScheduled' || type === 'LambdaFunctionScheduled').length,
      calls: result.calls,
      entries: readdirSync(join(runtime.evidenceFolder, runId)).filter((name) => /^\d{4}-.*\.json$/.test(name)).length,
    };
  } finally {
    await runtime.stop();
  }
}
