import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '../../core/base/json.ts';
import { recordedSchema } from '../../core/rehearsal/contracts.ts';
import { startRuntime } from '../../local/driver/runtime.ts';
import { packageDirectory } from '../package.ts';
import type { Stage } from './stage.ts';
import { timed } from './statistics.ts';

/** Duration of one rehearsal in milliseconds: the whole, and the copying of the database within it. */
export interface Rehearsed {
  readonly ms: number;
  readonly copyMs: number;
}

/**
 * Runs one rehearsal of the database as it is, through the synthesized state machine: clone, forward, back, forward and
 * back again, comparison, and the clone dropped. @throws unless it passes.
 */
export async function rehearseOnce(stage: Stage): Promise<Rehearsed> {
  const runtime = await startRuntime({
    server: stage.server,
    packageDirectory,
    evidenceFolder: mkdtempSync(join(stage.folder, 'rehearsal-')),
    notifier: { notify: () => Promise.resolve() },
    settings: { startBySeconds: 45 },
  });
  try {
    const { stepFunctions, rehearsalArn } = runtime;
    const { executionArn } = stepFunctions.startExecution({ stateMachineArn: rehearsalArn, input: '{}' });
    const { ms } = await timed(() => stepFunctions.finished(executionArn));
    const exits = stepFunctions.history(executionArn).flatMap(({ stateExitedEventDetails: left }) => left ?? []);
    const output = exits.findLast(({ name }) => name === 'Record')?.output;
    const { result, summary, copySeconds = Number.NaN } = recordedSchema.parse(parseJson(output));
    if (result !== 'passed') throw new Error(`The measured rehearsal did not pass: ${summary.reason}`);
    return { ms, copyMs: copySeconds * 1_000 };
  } finally {
    await runtime.stop();
  }
}
