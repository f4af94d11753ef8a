import type * as runtimeFile from '../../local/driver/runtime.ts';
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

/** Runs the synthesized release for as long as `use` takes; unless `given` says otherwise, nobody is notified. */
export async function withRuntime<Result>(
  server: PostgresServer,
  { package: packageDirectory, reportDir, container }: RuntimeFlags,
  given: Partial<runtimeFile.RuntimeOptions>,
  use: (runtime: runtimeFile.Runtime) => Promise<Result>,
): Promise<Result> {
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
