import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../local/postgres/run-program.ts';
import { database } from '../../package.ts';
import type { Stage } from '../stage.ts';
import { timed } from '../statistics.ts';

/** Folder into which `npm run bench:peers` installs the other tools, outside the project. */
export const peersFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'one-roof-peers');
/** Folder of the commands that npm installed there. */
export const peersBin = join(peersFolder, 'node_modules', '.bin');

/** Another tool that can run the package, prepared for it. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Releases the package once onto a fresh database and returns the milliseconds. @throws when it failed. */
  run(): Promise<number>;
  /** Ends the processes that were started for the tool, if any. */
  stop?(): Promise<void>;
}

/** Runs a peer's command with the database of the stage in its environment. @throws unless the command ends with 0. */
export async function runPeer(
  stage: Stage,
  command: string,
  parameters: readonly string[],
  options: { readonly directory: string; readonly environment?: Readonly<Record<string, string>> },
): Promise<number> {
  const environment = {
    ...stage.server.environment(),
    PGDATABASE: database,
    DATABASE_URL: stage.server.url(database),
    NO_COLOR: '1',
    ...options.environment,
  };
  const { ms, result } = await timed(() =>
    runProgram(command, parameters, { environment, directory: options.directory }),
  );
  if (result.exitCode !== 0) throw new Error(`${command}: ${result.stdout}${result.stderr}`.slice(-2_000));
  return ms;
}

/** The first version number that a command prints; undefined when it cannot be run. */
export async function versionOf(command: string, ...parameters: string[]): Promise<string | undefined> {
  const result = await runProgram(command, parameters);
  return result.exitCode === 0 ? (/\d+\.\d+(\.\d+)?/.exec(result.stdout)?.[0] ?? '?') : undefined;
}
