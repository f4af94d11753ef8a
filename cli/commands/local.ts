import { dirname } from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import type { Notifier } from '../../core/base/ports.ts';
import { type LambdaService, startLambdaService } from '../../local/functions/lambda-service.ts';
import { openFolder } from '../../local/driver/open-folder.ts';
import type * as pageFile from '../../local/pages/start-page.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import {
  assertFree,
  removeRuntimeFile,
  type RuntimeFile,
  runtimePath,
  writeRuntimeFile,
} from '../../local/driver/runtime-file.ts';
import { localSettings, type Runtime } from '../../local/driver/runtime.ts';
import { localRegion } from '../../local/driver/template.ts';
import { runtimeFolder } from '../execution/folders.ts';
import { untilInterrupted } from '../screen/interrupt.ts';
import { showRuntime } from '../screen/show-runtime.ts';
import { followStopRule } from '../execution/stop-rule.ts';
import { createTerminal, type Terminal } from '../screen/terminal.ts';
import { readCheckedPackage } from '../execution/checked-package.ts';
import { withDatabase } from '../execution/database.ts';
import { assertRuntimePossible, type RuntimeFlags, withRuntime } from '../execution/with-runtime.ts';
import type { Define } from '../registry.ts';
import {
  calendarFlag,
  containerFlag,
  examples,
  fixtureFlags,
  jsonFlag,
  reportFolderFlag,
  urlFlag,
} from '../execution/flags.ts';
import { Option } from 'commander';

/** The approver's page brings further SDK clients along, so it is loaded when it is needed. */
const load: (path: string) => typeof pageFile = require;
const startPage: typeof pageFile.startPage = (options) => load('../../local/pages/start-page.ts').startPage(options);

/** Options of `one-roof local`. */
export interface LocalOptions extends RuntimeFlags {
  readonly name: string;
  readonly runtime?: string;
  readonly approvalHours?: string;
}

/** One second to a month, as the deployed setting of the same name. */
function approvalHours(text: string | undefined): number {
  const hours = Number(text ?? '1');
  if (hours >= 1 / 3600 && hours <= 720) return hours;
  throw new UsageError(`--approval-hours ${text ?? ''}: a number of hours from 0.0003 (one second) to 720`);
}

function settingsOf(options: LocalOptions) {
  return { ...localSettings, approvalHours: approvalHours(options.approvalHours) };
}

/** Prints what the notification topic would mail. */
function terminalNotifier(terminal: Terminal): Notifier {
  return {
    notify: (subject, message) => {
      terminal.progress(`\n  Notification: ${subject}\n${message.replaceAll(/^/gm, '  | ')}`);
      return Promise.resolve();
    },
  };
}

/** How others on this machine reach the database; a password stays with whoever gave it. */
function addressOf(server: PostgresServer, database: string): string {
  const url = new URL(server.url(database));
  url.searchParams.delete('password');
  return url.href;
}

function announcement(
  options: LocalOptions,
  parts: { readonly server: PostgresServer; readonly runtime: Runtime; readonly lambda: LambdaService },
  database: string,
): RuntimeFile {
  const { server, runtime, lambda } = parts;
  const address = addressOf(server, database);
  return {
    name: options.name,
    pid: process.pid,
    startedAt: new Date().toISOString(),
    key: lambda.key,
    stepFunctions: runtime.stepFunctions.endpoint,
    ssm: runtime.ssm.endpoint,
    lambda: lambda.endpoint,
    ...(runtime.page === undefined ? {} : { page: runtime.page.link }),
    region: localRegion,
    releaseArn: runtime.releaseArn,
    rollbackArn: runtime.rollbackArn,
    database: address,
    psql: `${server.bin}/psql '${address}'`,
    evidenceFolder: runtime.evidenceFolder,
    packageDirectory: options.package,
  };
}

/** What a runtime serves, and where it announces itself. */
interface Place {
  readonly server: PostgresServer;
  readonly database: string;
  readonly path: string;
  /** What an approval code of this package looks like. */
  readonly code: string;
}

/** Waits for callers until Ctrl-C, then ends what they have started. */
async function serve(runtime: Runtime, place: Place, options: LocalOptions, terminal: Terminal): Promise<number> {
  const { server, database, path, code } = place;
  const lambda = await startLambdaService(runtime.functions, runtime.stepFunctions.key);
  const rule = followStopRule(runtime, (arn) => terminal.progress(`  The stop rule has started ${arn}`));
  try {
    const announced = announcement(options, { server, runtime, lambda }, database);
    writeRuntimeFile(path, announced, (text) => terminal.alert(text));
    showRuntime({ runtime: announced, path, code }, terminal, options.json === true);
    await untilInterrupted();
    terminal.alert('  Stopping: what a running release did is rolled back. Please wait.');
    if (await rule.stopReleases()) return 0;
    terminal.alert('  A rollback could not be proven. A human has to look.');
    return 14;
  } finally {
    removeRuntimeFile(path);
    rule.end();
    await lambda.stop();
  }
}

/**
 * `one-roof local`: the whole release on this machine, waiting for callers: PostgreSQL with the fixture, Step
 * Functions, SSM and Lambda on loopback endpoints, until Ctrl-C. Leaves nothing behind but evidence and reports.
 * @throws UsageError, PackageInvalid, PostgresError.
 */
export async function localCommand(options: LocalOptions): Promise<number> {
  const terminal = createTerminal({ json: options.json === true });
  const path = options.runtime ?? runtimePath(runtimeFolder(), options.name);
  settingsOf(options);
  assertRuntimePossible(options);
  openFolder(dirname(path), 'The runtime announces itself in', 0o700);
  assertFree(path, (text) => terminal.alert(text));
  const { database, writer: user, approval } = (await readCheckedPackage(options.package)).plan;
  const notifier = terminalNotifier(terminal);
  return withDatabase({ database, user }, options, terminal, (server) =>
    withRuntime(server, options, { notifier, settings: settingsOf(options), startPage }, (runtime) =>
      serve(runtime, { server, database, path, code: approval.code.example }, options, terminal),
    ),
  );
}

/** Flags and action of `one-roof local`. */
export const define: Define = (command, finish) =>
  fixtureFlags(command, urlFlag())
    .addOption(reportFolderFlag())
    .addOption(containerFlag())
    .addOption(calendarFlag())
    .addOption(new Option('--approval-hours <n>', 'how long a request for approval stays open (default 1)'))
    .addOption(new Option('--name <name>', 'name of this runtime, if several run at once').default('default'))
    .addOption(new Option('--runtime <file>', 'announce it in this file instead'))
    .addOption(jsonFlag())
    .addHelpText('after', examples('local', 'local --unsigned --name closed', 'local --approval-hours 0.01'))
    .action(async (options: LocalOptions) => finish(await localCommand(options)));
