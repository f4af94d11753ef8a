import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { assertManifest, describePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { openDatabase } from '../../local/driver/open-database.ts';
import { dumpDatabaseTo } from '../../local/postgres/dump.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import { type Runtime, startRuntime } from '../../local/driver/runtime.ts';
import { createApprover } from '../execution/answer-approval.ts';
import { defaultReportFolder } from '../folders.ts';
import { createProgress } from '../execution/release-progress.ts';
import { type Finished, releaseWithStop } from '../execution/release-with-stop.ts';
import { showResult } from '../execution/show-result.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';

/** Options of `one-roof run`. */
export interface RunOptions {
  readonly local?: boolean;
  readonly url?: string;
  readonly package: string;
  readonly prepare?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
  readonly apr?: string;
  readonly dumpDir?: string;
  readonly reportDir?: string;
  readonly container?: string;
  readonly requireRehearsal?: boolean;
}

function assertUsable(options: RunOptions, terminal: Terminal): void {
  if (options.local !== true && options.url === undefined) {
    throw new UsageError('Say where: --local for a private database with the fixture, or --url for an existing one.');
  }
  if (options.apr === undefined && !terminal.interactive) {
    throw new UsageError('The APR code can only be asked for on a terminal and without --json: pass --apr CODE.');
  }
}

/** Writes one dump, if any are wanted. @throws UsageError when it cannot be written. */
async function dumpInto(folder: string | undefined, name: string, server: PostgresServer, database: string) {
  if (folder === undefined) return;
  try {
    mkdirSync(folder, { recursive: true });
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
  const files = readPackageFiles(options.package);
  assertManifest(files);
  const { plan, digest } = describePackage(files);
  terminal.progress(`One-Roof release of ${digest}`);
  const server = await openDatabase(
    { database: plan.database, user: plan.writer },
    {
      ...options,
      onProgress: (text) => terminal.progress(`  ${text}`),
    },
  );
  const dump = (name: string) => dumpInto(options.dumpDir, name, server, plan.database);
  try {
    await dump('before.sql');
    const runtime = await startRuntime({
      server,
      packageDirectory: options.package,
      evidenceFolder: options.reportDir ?? defaultReportFolder(),
      notifier: { notify: () => Promise.resolve() },
      ...(options.container === undefined ? {} : { container: options.container }),
      settings: { requireRehearsal: options.requireRehearsal === true },
    });
    try {
      const finished = await release(runtime, options, terminal);
      const exitCode = showResult(finished, terminal, options.json === true);
      // The release has ended as it did, whatever becomes of the dump.
      await dump('after.sql').catch((error: unknown) => terminal.alert(messageOf(error)));
      return exitCode;
    } finally {
      await runtime.stop();
    }
  } finally {
    await server.stop();
  }
}
