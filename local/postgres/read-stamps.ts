import * as z from 'zod';
import { parseJsonAs } from '../../core/base/json.ts';
import { flatten } from '../../core/package/flatten.ts';
import { readPackageFiles } from '../../disk/read-package.ts';
import { PostgresError } from './errors.ts';
import { runPsql } from './psql.ts';
import type { PostgresServer } from './server.ts';

/** A run whose stamp stands on objects of the release. */
export interface StampedRun {
  readonly run: string;
  readonly objects: number;
  /** True when at least one of them is sealed. */
  readonly sealed: boolean;
  /** When it was stamped or, where it is sealed, sealed; absent where the stamp does not say. */
  readonly since?: string;
}

/** What the database itself says about releases in it. */
export interface Stamps {
  readonly runs: readonly StampedRun[];
  /** Names of objects that are called as those of the release; all of them, whosever they are. */
  readonly present: string;
  /** Sessions of forward scripts that are at work: run, process id and script of each. */
  readonly sessions: readonly { readonly run: string; readonly pid: number; readonly script: string }[];
}

const comment = z.object({ run: z.string().nullable(), state: z.string().nullable(), since: z.string().nullable() });
const answer = z.object({
  stamps: z.object({ present: z.string(), comments: z.array(comment).nullable() }),
  sessions: z.array(z.object({ run: z.string(), pid: z.int(), script: z.string() })),
});

/** The runner's own scripts read the stamps, so that nobody else has to know what they look for. */
const script = String.raw`\ir runner/session.sql
\ir runner/stamps.sql
select pg_catalog.json_build_object('stamps', :'stamps'::json, 'sessions', (
  select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('run', pg_catalog.split_part(application_name, '/', 2),
    'pid', pid, 'script', pg_catalog.split_part(application_name, '/', 3))), '[]')
  from pg_catalog.pg_stat_activity
  where usename = current_user and pg_catalog.starts_with(application_name, 'one-roof/')
    and pg_catalog.split_part(application_name, '/', 3) like 'tier-%' and pid <> pg_catalog.pg_backend_pid()));
`;

function runsOf({ stamps: { comments } }: z.output<typeof answer>): StampedRun[] {
  const runs = new Map<string, StampedRun>();
  for (const { run, state, since } of comments ?? []) {
    if (run === null) continue;
    const known = runs.get(run) ?? { objects: 0, sealed: false };
    const sealed = known.sealed || state === 'released';
    runs.set(run, { ...known, run, objects: known.objects + 1, sealed, ...(since === null ? {} : { since }) });
  }
  return [...runs.values()].sort((left, right) => left.run.localeCompare(right.run));
}

/**
 * Reads which runs stand in a database and which of their sessions are at work; writes nothing.
 * @throws PostgresError when that cannot be read.
 */
export async function readStamps(server: PostgresServer, database: string, packageDirectory: string): Promise<Stamps> {
  const sql = flatten(readPackageFiles(packageDirectory).set('stamps.sql', script), 'stamps.sql').text;
  const read = await runPsql(server, { database, sql, bare: true });
  const found = parseJsonAs(answer, read.stdout);
  if (read.exitCode !== 0 || found === undefined)
    throw new PostgresError(`The stamps of the release could not be read: ${read.stderr.trim()}`);
  return { runs: runsOf(found), present: found.stamps.present, sessions: found.sessions };
}
