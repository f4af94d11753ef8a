import type * as z from 'zod';
import { UsageError } from '../core/errors.ts';
import { assertManifest, describePackage } from '../core/package.ts';
import { recordedSchema } from '../core/rehearsal-contracts.ts';
import { forwardLocks, lockLines } from '../core/rehearsal-text.ts';
import { runIdOf } from '../core/run-id.ts';
import { readPackageFiles } from '../lib/read-package.ts';
import { openDatabase } from '../local/open-database.ts';
import { type Runtime, startRuntime } from '../local/runtime.ts';
import { defaultReportFolder } from './folders.ts';
import { createProgress } from './release-progress.ts';
import { createTerminal, type Terminal } from './terminal.ts';

/** Options of `one-roof rehearse`. */
export interface RehearseOptions {
  readonly local?: boolean;
  readonly url?: string;
  readonly package: string;
  readonly prepare?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
  readonly reportDir?: string;
  readonly container?: string;
}

const endedSchema = recordedSchema.loose();
type Ended = z.output<typeof endedSchema>;

/** The guard of a stopped rehearsal drops the clone within seconds; whoever runs it here waits for that. */
const GUARD_WAIT_MS = 30_000;

async function untilGuardIsDone(runtime: Runtime): Promise<void> {
  const deadline = Date.now() + GUARD_WAIT_MS;
  while ((runtime.docker?.processes().length ?? 0) > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What *Record* wrote down; undefined when the rehearsal did not get there. */
function recorded(runtime: Runtime, executionArn: string): Ended | undefined {
  const exits = runtime.stepFunctions.history(executionArn).flatMap(({ stateExitedEventDetails: left }) => left ?? []);
  const output = exits.findLast(({ name }) => name === 'Record')?.output;
  return endedSchema.safeParse(JSON.parse(output ?? 'null')).data;
}

/** Runs one rehearsal and waits for its end. Ctrl-C stops it; its clone is gone before this returns. */
async function rehearse(runtime: Runtime, terminal: Terminal): Promise<Ended | undefined> {
  const { stepFunctions } = runtime;
  const progress = createProgress(terminal);
  const unsubscribe = stepFunctions.onEvent(({ event }) => progress(event));
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: runtime.rehearsalArn, input: '{}' });
  terminal.progress(`  Rehearsal ${runIdOf(executionArn)}`);
  const stop = () => {
    terminal.alert('  Stopping: the clone is dropped as soon as its guard hears nothing more. Please wait.');
    stepFunctions.stopExecution(executionArn, 'Stopped', 'stopped at the terminal');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    const { status } = await stepFunctions.finished(executionArn);
    if (status === 'ABORTED') await untilGuardIsDone(runtime);
    return recorded(runtime, executionArn);
  } finally {
    unsubscribe();
    for (const signal of signals) process.off(signal, stop);
  }
}

function show(ended: Ended | undefined, packageDigest: string, terminal: Terminal, json: boolean): number {
  const passed = ended?.result === 'passed';
  if (json) terminal.data(JSON.stringify({ packageDigest, proven: ended?.proven ?? [], ...ended?.summary }, null, 2));
  else {
    for (const [index, sentence] of (ended?.proven ?? []).entries()) terminal.data(`${index + 1}. ${sentence}`);
    const locks = ended === undefined ? [] : lockLines(forwardLocks(ended.summary));
    for (const line of locks) terminal.data(`   ${line}`);
    if (passed) terminal.data(`Expected duration of the release: ${ended.summary.expectedSeconds} s`);
    terminal.data(
      passed
        ? `REHEARSAL PASSED for ${packageDigest}`
        : `REHEARSAL FAILED: ${ended?.summary.reason ?? 'it was stopped, or could not be recorded'}`,
    );
  }
  if (passed) return 0;
  return ended?.dropped === true || ended === undefined ? 13 : 14;
}

/**
 * `one-roof rehearse`: forward, back, forward and back again on a copy of the database beside it, through the
 * synthesized state machine. The database itself is only read.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function rehearseCommand(options: RehearseOptions): Promise<number> {
  if (options.local !== true && options.url === undefined) {
    throw new UsageError('Say where: --local for a private database with the fixture, or --url for an existing one.');
  }
  const terminal = createTerminal({ json: options.json === true });
  const files = readPackageFiles(options.package);
  assertManifest(files);
  const { plan, digest } = describePackage(files);
  terminal.progress(`Rehearsal of ${digest}`);
  const onProgress = (text: string) => terminal.progress(`  ${text}`);
  const server = await openDatabase({ database: plan.database, user: plan.writer }, { ...options, onProgress });
  try {
    const runtime = await startRuntime({
      server,
      packageDirectory: options.package,
      evidenceFolder: options.reportDir ?? defaultReportFolder(),
      notifier: { notify: () => Promise.resolve() },
      ...(options.container === undefined ? {} : { container: options.container }),
    });
    try {
      return show(await rehearse(runtime, terminal), digest, terminal, options.json === true);
    } finally {
      await runtime.stop();
    }
  } finally {
    await server.stop();
  }
}
