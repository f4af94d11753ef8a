import { UsageError } from '../../core/base/errors.ts';
import { assertManifest, describePackage, type ReleasePackage } from '../../core/package/package.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { openDatabase } from '../../local/driver/open-database.ts';
import type { Wanted } from '../../local/postgres/connect.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';
import type { Terminal } from '../screen/terminal.ts';

/** Where a command finds its database, and the package that belongs to it. */
export interface DatabaseOptions {
  readonly local?: boolean;
  readonly url?: string;
  readonly package: string;
  readonly prepare?: string;
  readonly unsigned?: boolean;
  readonly json?: boolean;
}

/** Demands that one of the two places is chosen. @throws UsageError, before anything is started. */
export function assertPlaceChosen({ local, url }: DatabaseOptions): void {
  if (local === true || url !== undefined) return;
  throw new UsageError(
    'Choose a target: --local for a private database with the fixture, or --url for an existing one.',
  );
}

/** Reads a package that is going to be run. @throws PackageInvalid unless it is the package in its manifest. */
export function readReleasePackage(directory: string, files = readPackageFiles(directory)): ReleasePackage {
  assertManifest(files);
  return describePackage(files);
}

/** Opens a database for as long as `use` takes; a private server is stopped afterwards, whatever happens. */
export async function withDatabase<Result>(
  wanted: Wanted,
  options: DatabaseOptions,
  terminal: Terminal,
  use: (server: PostgresServer) => Promise<Result>,
): Promise<Result> {
  const say = {
    onProgress: (text: string) => terminal.progress(`  ${text}`),
    onWarning: (text: string) => terminal.alert(text),
  };
  const server = await openDatabase(wanted, { ...options, packageDirectory: options.package, ...say });
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}
