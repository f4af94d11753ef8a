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

const answer = z.object({
  stamps: z.object({
    present: z.string(),
    comments: z.array(z.object({ target: z.string(), description: z.string().nullable() })).nullable(),
  }),
  /** Which of them no superuser owns: their comments are not ours. */
  strangers: z.array(z.string()),
  sessions: z.array(z.object({ run: z.string(), pid: z.int(), script: z.string() })),
});
const stamp =
  /^one-roof run=([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z) state=(applying|released)\b(?:[^\n]* since=([0-9TZ:-]+))?/;

/** The runner's own scripts read the stamps, so that nobody else has to know what they look for. */
const script = String.raw`\ir runner/session.sql
\ir runner/stamps.sql
select pg_catalog.json_build_object('stamps', :'stamps'::json, 'strangers', (
  select coalesce(pg_catalog.json_agg(target), '[]')
  from pg_catalog.json_to_recordset(coalesce(nullif(:'stamps'::json ->> 'comments', ''), '[]')::json) as c(kind text, target text)
  where not exists (select from pg_catalog.pg_roles r where r.rolsuper and r.oid = case kind
    when 'function' then (select proowner from pg_catalog.pg_proc where oid = pg_catalog.to_regprocedure(target))
    else (select relowner from pg_catalog.pg_class where oid = pg_catalog.to_regclass(target)) end)), 'sessions', (
  select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('run', pg_catalog.split_part(application_name, '/', 2),
    'pid', pid, 'script', pg_catalog.split_part(application_name, '/', 3))), '[]')
  from pg_catalog.pg_stat_activity
  where usename = current_user and pg_catalog.starts_with(application_name, 'one-roof/')
    and pg_catalog.split_part(application_name, '/', 3) like 'tier-%' and pid <> pg_catalog.pg_backend_pid()));
`;

function runsOf({ stamps: { comments }, strangers }: z.output<typeof answer>): StampedRun[] {
  const runs = new Map<string, StampedRun>();
  for (const { target, description } of comments ?? []) {
    if (strangers.includes(target)) continue;
    const [, run, state, since] = stamp.exec(description ?? '') ?? [];
    if (run === undefined) continue;
    const known = runs.get(run) ?? { objects: 0, sealed: false };
    const sealed = known.sealed || state === 'released';
    runs.set(run, { ...known, run, objects: known.objects + 1, sealed, ...(since === undefined ? {} : { since }) });
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
