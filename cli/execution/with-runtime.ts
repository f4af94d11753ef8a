import { UsageError } from '../../core/base/errors.ts';
import { assertSameServer } from '../../local/docker/same-server.ts';
import { openFolder } from '../../local/driver/open-folder.ts';
import type * as runtimeFile from '../../local/driver/runtime.ts';
import { planOf } from '../../local/postgres/fixture-package.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { DatabaseOptions } from './database.ts';
import { defaultReportFolder } from './folders.ts';

/** Options of a command that runs a state machine on the database. */
export interface RuntimeFlags extends DatabaseOptions {
  readonly reportDir?: string;
  readonly container?: string;
}

/** Loads CDK and the handlers, which takes a second, when they are needed: not for a command's help or a wrong flag. */
const load: (path: string) => typeof runtimeFile = require;

/**
 * @throws UsageError where a state machine cannot run on this machine; asked before a database is opened or installed.
 */
export function assertHost({ container, url }: RuntimeFlags): void {
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

/** Runs the synthesized release for as long as `use` takes; unless `given` says otherwise, nobody is notified. */
export async function withRuntime<Result>(
  server: PostgresServer,
  { package: packageDirectory, reportDir, container }: RuntimeFlags,
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
    ...given,
  });
  try {
    return await use(runtime);
  } finally {
    await runtime.stop();
  }
}
