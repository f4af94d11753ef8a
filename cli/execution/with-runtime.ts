import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf, UsageError } from '../../core/base/errors.ts';
import { assertSameServer } from '../../local/docker/same-server.ts';
import { openFolder } from '../../local/driver/open-folder.ts';
import type * as runtimeFile from '../../local/driver/runtime.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import { ChangeCalendar } from '../../local/ssm/calendar.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { DatabaseOptions } from './database.ts';
import { defaultReportFolder } from './folders.ts';

/** Options of a command that runs a state machine on the database. */
export interface RuntimeFlags extends DatabaseOptions {
  readonly reportDir?: string;
  readonly container?: string;
  readonly calendar?: string;
}

/** Loads CDK and the handlers, which takes a second, when they are needed: not for a command's help or a wrong flag. */
const load: (path: string) => typeof runtimeFile = require;

/**
 * @throws UsageError where a state machine cannot run on this machine; asked before a database is opened or installed.
 */
export function assertHost({ container, url, calendar }: RuntimeFlags): void {
  if (calendar !== undefined) readCalendar(calendar);
  if (container === undefined && process.platform !== 'linux')
    throw new UsageError(
      'Only Linux can stand in for Docker. Elsewhere, name the running container of your database: --url URL --container NAME.',
    );
  if (container !== undefined && url === undefined)
    throw new UsageError('--container NAME is the container of the server that --url names: give both.');
}

/**
 * @throws UsageError where a state machine cannot run, or where its evidence cannot be written; as {@link assertHost}.
 */
export function assertRuntimePossible(options: RuntimeFlags): void {
  assertHost(options);
  const { reportDir } = options;
  if (reportDir !== undefined) return openFolder(reportDir, '--report-dir');
  openFolder(defaultReportFolder(), 'Choose another folder for the reports with --report-dir. The usual one is');
}

/** @throws UsageError for a file that is no iCalendar, with the line that is wrong where the reader names it. */
function readCalendar(file: string): ChangeCalendar {
  try {
    return new ChangeCalendar(basename(file).replaceAll(/[^a-zA-Z0-9_.-]/g, '_'), readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--calendar ${file} cannot be read as an iCalendar: ${messageOf(error)}`);
  }
}

/** Runs the synthesized release for as long as `use` takes; unless `given` says otherwise, nobody is notified. */
export async function withRuntime<Result>(
  server: PostgresServer,
  { package: packageDirectory, reportDir, container, calendar }: RuntimeFlags,
  given: Partial<runtimeFile.RuntimeOptions>,
  use: (runtime: runtimeFile.Runtime) => Promise<Result>,
): Promise<Result> {
  if (container !== undefined) await assertSameServer(container, server, planOf(packageDirectory));
  const runtime = await load('../../local/driver/runtime.ts').startRuntime({
    server,
    packageDirectory,
    evidenceFolder: reportDir ?? defaultReportFolder(),
    notifier: { notify: () => Promise.resolve() },
    ...(container === undefined ? {} : { container }),
    ...(calendar === undefined ? {} : { calendar: readCalendar(calendar) }),
    ...given,
  });
  try {
    return await use(runtime);
  } finally {
    await runtime.stop();
  }
}
