import { join } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { dumpDatabaseTo } from '../../local/postgres/dump.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import { makeFolder } from '../../local/driver/open-folder.ts';
import type { Runtime } from '../../local/driver/runtime.ts';
import { createApprover } from '../execution/answer-approval.ts';
import { createProgress } from '../execution/release-progress.ts';
import { type Finished, releaseWithStop } from '../execution/release-with-stop.ts';
import { showResult } from '../execution/show-result.ts';
import { unhurried } from '../screen/interrupt.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import type { Define } from '../registry.ts';
import { calendarFlag, containerFlag, databaseFlags, reportFolderFlag } from '../execution/flags.ts';
import { Option } from 'commander';
import { readCheckedPackage } from '../execution/checked-package.ts';
import { assertPlaceChosen, withDatabase } from '../execution/database.ts';
import { assertRuntimePossible, type RuntimeFlags, withRuntime } from '../execution/with-runtime.ts';

/** Options of `one-roof run`. */
interface RunOptions extends RuntimeFlags {
  readonly apr?: string;
  readonly dumpDir?: string;
  readonly requireRehearsal?: boolean;
}

/** How to go on from the demo, which answers the approval by itself. */
const tryThePage = 'To approve a release in a browser, as an approver does: npx one-roof local, and open the address.';

function assertUsable(options: RunOptions, terminal: Terminal): void {
  assertPlaceChosen(options);
  if (options.apr === undefined && !terminal.interactive) {
    throw new UsageError('The APR code can only be asked for on a terminal and without --json: pass --apr CODE.');
  }
  assertRuntimePossible(options);
}

/** Writes one dump, if any are wanted. @throws UsageError when it cannot be written. */
async function dumpInto(folder: string | undefined, name: string, server: PostgresServer, database: string) {
  if (folder === undefined) return;
  try {
    makeFolder(folder);
    await dumpDatabaseTo(server, database, join(folder, name));
  } catch (error) {
    throw new UsageError(`--dump-dir ${folder}: ${messageOf(error)}`);
  }
}

async function release(runtime: Runtime, options: RunOptions, terminal: Terminal): Promise<Finished> {
  const { stepFunctions } = runtime;
  const approver = createApprover(stepFunctions, {
    terminal,
    ...(options.apr === undefined ? {} : { apr: options.apr }),
  });
  const progress = createProgress(terminal);
  const unsubscribe = stepFunctions.onEvent(({ event }) => {
    progress(event);
    approver(event);
  });
  try {
    return await releaseWithStop(runtime, terminal);
  } finally {
    unsubscribe();
  }
}

/**
 * `one-roof run`: one whole release on this machine, from the gate to the report, through the synthesized state
 * machine. Leaves nothing running, also after Ctrl-C.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function runCommand(options: RunOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  assertUsable(options, terminal);
  const { plan, digest } = await readCheckedPackage(options.package);
  const { database, writer: user } = plan;
  terminal.progress(`One-Roof release of ${digest}`);
  const ending = unhurried(terminal, 'The release');
  return withDatabase({ database, user }, options, terminal, async (server) => {
    const dump = (name: string) => dumpInto(options.dumpDir, name, server, database);
    await dump('before.sql');
    const settings = { requireRehearsal: options.requireRehearsal === true };
    return withRuntime(server, options, { settings }, async (runtime) => {
      const finished = await release(runtime, options, terminal);
      ending.begins();
      const exitCode = showResult(finished, terminal, options.json === true);
      if (options.url === undefined) terminal.progress(`\n${tryThePage}`);
      // A dump that cannot be written does not change how the release ended.
      await dump('after.sql').catch((error: unknown) => terminal.alert(messageOf(error)));
      return exitCode;
    });
  }).finally(ending.ends);
}

/** Flags and action of `one-roof run`. */
export const define: Define = (command, finish) =>
  databaseFlags(command)
    .addOption(new Option('--apr <code>', 'answer the approval with this APR code instead of asking'))
    .addOption(new Option('--dump-dir <dir>', 'write before.sql and after.sql there'))
    .addOption(reportFolderFlag())
    .addOption(containerFlag())
    .addOption(calendarFlag())
    .addOption(new Option('--require-rehearsal', 'keep the gate closed unless this very package has been rehearsed'))
    .action(async (options: RunOptions) => finish(await runCommand(options)));
