import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import { cloneName } from '../../core/package/clone-variant.ts';
import { parseJsonAs } from '../../core/base/json.ts';
import { recordedSchema } from '../../core/rehearsal/contracts.ts';
import { forwardLocks, lockLines } from '../../core/gate/rehearsal-text.ts';
import { runIdOf } from '../../core/base/run-id.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { createProgress } from '../execution/release-progress.ts';
import { onInterrupt, unhurried } from '../screen/interrupt.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { containerFlag, databaseFlags, reportFolderFlag } from '../execution/flags.ts';
import { readCheckedPackage } from '../execution/checked-package.ts';
import { assertPlaceChosen, withDatabase } from '../execution/database.ts';
import { assertRuntimePossible, type RuntimeFlags, withRuntime } from '../execution/with-runtime.ts';

const endedSchema = recordedSchema.loose();
type Ended = z.output<typeof endedSchema>;

/**
 * The guard of a stopped rehearsal drops the clone within seconds; whoever runs it here waits that long, in
 * milliseconds.
 */
const GUARD_WAIT_MS = 30_000;

/** The runtime that a rehearsal uses, and the database that it copies. */
interface Place {
  readonly runtime: Runtime;
  readonly server: PostgresServer;
  readonly database: string;
}

/** Whether a stopped rehearsal has left its clone or a session that may still build it; true when nobody can say. */
async function left({ runtime, server, database }: Place, executionArn: string): Promise<boolean> {
  if ((runtime.docker?.processes().length ?? 0) > 0) return true;
  const { startDate } = runtime.stepFunctions.describeExecution(executionArn);
  const variables = { clone: cloneName(database, startDate), run: `one-roof/${runIdOf(executionArn)}/` };
  const sql = `select exists (select from pg_database where datname = :'clone')
    or exists (select from pg_stat_activity where starts_with(application_name, :'run'));`;
  const { exitCode, stdout } = await runPsql(server, { database, bare: true, variables, sql });
  return exitCode !== 0 || stdout.trim() !== 'f';
}

/** Waits until the guard of a stopped rehearsal has done its work. False: the clone may still be there. */
async function untilGuardIsDone(place: Place, executionArn: string): Promise<boolean> {
  for (const deadline = Date.now() + GUARD_WAIT_MS; ; await sleep(100)) {
    if (!(await left(place, executionArn))) return true;
    if (Date.now() > deadline) return false;
  }
}

/** The result that *Record* wrote; undefined when the rehearsal did not reach that state. */
function recorded(runtime: Runtime, executionArn: string): Ended | undefined {
  const exits = runtime.stepFunctions.history(executionArn).flatMap(({ stateExitedEventDetails: left }) => left ?? []);
  const output = exits.findLast(({ name }) => name === 'Record')?.output;
  return parseJsonAs(endedSchema, output);
}

/** How a rehearsal ended: with a result, or stopped, with its clone dropped or not. */
type Outcome = { readonly ended: Ended | undefined; readonly dropped: boolean };

/** Runs one rehearsal and waits for its end. Ctrl-C stops it, and its guard is waited for. */
async function rehearse(place: Place, terminal: Terminal): Promise<Outcome> {
  const { stepFunctions, rehearsalArn } = place.runtime;
  const progress = createProgress(terminal);
  const unsubscribe = stepFunctions.onEvent(({ event }) => progress(event));
  const { executionArn } = stepFunctions.startExecution({ stateMachineArn: rehearsalArn, input: '{}' });
  terminal.progress(`  Rehearsal ${runIdOf(executionArn)}`);
  const ignoreInterrupts = onInterrupt(() => {
    terminal.alert('  Stopping: the clone is dropped as soon as its guard hears nothing more. Please wait.');
    stepFunctions.stopExecution(executionArn, 'Stopped', 'stopped at the terminal');
  });
  try {
    await stepFunctions.finished(executionArn);
    const ended = recorded(place.runtime, executionArn);
    return { ended, dropped: ended?.dropped ?? (await untilGuardIsDone(place, executionArn)) };
  } finally {
    unsubscribe();
    ignoreInterrupts();
  }
}

function show({ ended, dropped }: Outcome, packageDigest: string, terminal: Terminal, json: boolean): number {
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
        : `REHEARSAL ${ended?.result === 'refused' ? 'REFUSED BEFORE IT BEGAN' : 'FAILED'}: ${ended?.summary.reason ?? 'it was stopped, or could not be recorded'}`,
    );
  }
  if (passed) return 0;
  if (!dropped) terminal.alert('The clone may still be there: the next rehearsal drops it, or a human does.');
  return dropped ? 13 : 14;
}

/**
 * `one-roof rehearse`: forward, back, forward and back again on a copy of the database beside it, through the
 * synthesized state machine. The database itself is only read.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function rehearseCommand(options: RuntimeFlags): Promise<number> {
  assertPlaceChosen(options);
  assertRuntimePossible(options);
  const terminal = createTerminal({ json: options.json === true });
  const { plan, digest } = await readCheckedPackage(options.package);
  const { database, writer: user } = plan;
  terminal.progress(`Rehearsal of ${digest}`);
  const ending = unhurried(terminal, 'The rehearsal');
  return withDatabase({ database, user }, options, terminal, (server) =>
    withRuntime(server, options, {}, async (runtime) => {
      const outcome = await rehearse({ runtime, server, database }, terminal);
      ending.begins();
      return show(outcome, digest, terminal, options.json === true);
    }),
  ).finally(ending.ends);
}

/** Flags and action of `one-roof rehearse`. */
export const define: Define = (command, finish) =>
  databaseFlags(command)
    .addOption(reportFolderFlag())
    .addOption(containerFlag())
    .action(async (options: RuntimeFlags) => finish(await rehearseCommand(options)));
