import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { testedMajors } from '../../core/gate/server-version.ts';
import { PostgresError } from './errors.ts';
import { installPostgres } from './install.ts';
import { runProgram } from './run-program.ts';

/** The PostgreSQL programs of one major version. */
export interface PostgresTools {
  /** Folder of the real binaries, not of Debian's Perl wrapper, which costs 40 ms per start. */
  readonly bin: string;
  readonly major: number;
}

/** Receives a message for a person before something that takes long. */
export type Progress = (message: string) => void;

const { first, last } = testedMajors;
/** Major version of production's server. */
const production = 16;
/** Major versions of a usable server, those nearest to production's first. */
const serverMajors = Array.from({ length: last - first + 1 }, (_, index) => last - index).sort(
  (one, other) => Math.abs(one - production) - Math.abs(other - production),
);
const clientPrograms = ['psql', 'pg_dump', 'pg_restore'];
const serverPrograms = ['postgres', 'initdb', ...clientPrograms];

/**
 * Finds server, psql and pg_dump of one tested major version: in ONE_ROOF_PG_BIN if it is set, otherwise
 * where packages install them. As root on Debian or Ubuntu it installs them. Throws PostgresError, which says what to
 * install.
 */
export async function findPostgres(onProgress: Progress = () => undefined): Promise<PostgresTools> {
  const found = await findServer();
  if (found !== undefined) return found;
  if (process.env['ONE_ROOF_PG_BIN'] === undefined && (await installPostgres(onProgress))) {
    const installed = await findServer();
    if (installed !== undefined) return installed;
  }
  throw new PostgresError(
    `No PostgreSQL ${first} to ${last} with server, psql, pg_dump and pg_restore: install postgresql (Debian, Ubuntu: ` +
      'apt-get install postgresql; macOS: brew install postgresql@16), or set ONE_ROOF_PG_BIN to the folder of its programs.',
  );
}

/**
 * Finds psql and pg_dump for a server of this major version; pg_dump refuses a newer server. The nearest version is
 * preferred. Throws PostgresError.
 */
export async function findClient(serverMajor: number): Promise<PostgresTools> {
  const usable = (await listTools(clientPrograms))
    .filter((tools) => tools.major >= serverMajor)
    .sort((left, right) => left.major - right.major);
  const [nearest] = usable;
  if (nearest === undefined) {
    throw new PostgresError(
      `No psql, pg_dump and pg_restore of PostgreSQL ${serverMajor} or later: install postgresql-client-${serverMajor}.`,
    );
  }
  return nearest;
}

async function findServer(): Promise<PostgresTools | undefined> {
  const tools = await listTools(serverPrograms);
  for (const major of serverMajors) {
    const match = tools.find((candidate) => candidate.major === major);
    if (match !== undefined) return match;
  }
  return undefined;
}

async function listTools(programs: readonly string[]): Promise<PostgresTools[]> {
  const tools: PostgresTools[] = [];
  for (const bin of await candidateFolders()) {
    const major = await commonMajor(bin, programs);
    if (major !== undefined) tools.push({ bin, major });
  }
  return tools;
}

async function candidateFolders(): Promise<string[]> {
  const chosen = process.env['ONE_ROOF_PG_BIN'];
  if (chosen !== undefined && chosen !== '') return [chosen];
  const configured = await runProgram('pg_config', ['--bindir']);
  return [
    ...(await subfolders('/usr/lib/postgresql')).map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...serverMajors.flatMap((major) => [
      `/usr/pgsql-${major}/bin`,
      `/opt/homebrew/opt/postgresql@${major}/bin`,
      `/usr/local/opt/postgresql@${major}/bin`,
    ]),
    ...(configured.exitCode === 0 ? [configured.stdout.trim()] : []),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** The major version that all programs in the folder have; undefined when one is missing or differs. */
async function commonMajor(bin: string, programs: readonly string[]): Promise<number | undefined> {
  const majors = new Set<number>();
  for (const program of programs) {
    const path = join(bin, program);
    try {
      await access(path, constants.X_OK);
    } catch {
      return undefined;
    }
    const answer = await runProgram(path, ['--version']);
    const major = / (\d+)[.\w]*/.exec(answer.stdout)?.[1];
    if (answer.exitCode !== 0 || major === undefined) return undefined;
    majors.add(Number(major));
  }
  const [major] = majors;
  return majors.size === 1 ? major : undefined;
}
