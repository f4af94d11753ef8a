import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { isSection } from '../../core/ending/changed-sections.ts';
import { runPsql } from '../../local/postgres/psql.ts';
import { database, filled, released } from '../package.ts';
import type { PostgresServer } from '../../local/postgres/server.ts';

/** What the database shows after a drive, read independently of the product's own steps. */
export interface Facts {
  /** The sections of the fingerprint. */
  readonly fingerprint: Readonly<Record<string, string>>;
  /** Counts of the stamps of the release's objects, `run state` → count; objects without a stamp count as `none`. */
  readonly stamps: Readonly<Record<string, number>>;
  /** Digest of all comments, without times and positions of sequences in their stamps. */
  readonly comments: string;
  /** Rows of the relation into which a tier inserts. */
  readonly filled: number;
  /** Relations in which rows were written since the copy. */
  readonly written: readonly string[];
  readonly backends: number;
  readonly locks: number;
}

const look = `
with objects as (
  select c.oid, 'pg_class'::regclass as catalog from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any ($1)
  union all select p.oid, 'pg_proc'::regclass from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname = any ($2)
), stamps as (
  select coalesce(substring(d.description from '^one-roof run=(\\S+ state=\\S+)'), 'none') as stamp, count(*)::int as n
  from objects o left join pg_description d on d.objoid = o.oid and d.classoid = o.catalog and d.objsubid = 0 group by 1
)
select (select coalesce(json_object_agg(stamp, n), '{}') from stamps) as stamps,
  (select coalesce(md5(string_agg(pg_describe_object(classoid, objoid, objsubid)
      || regexp_replace(description, '=-?[0-9]+/[tf]| since=\\S+', '', 'g'), E'\\n'
      order by pg_describe_object(classoid, objoid, objsubid) collate "C")), '')
    from pg_description where objoid >= 16384) as comments,
  (select count(*)::int from ${filled}) as filled,
  (select coalesce(json_agg(relname::text order by relname), '[]') from pg_stat_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0) as written,
  (select count(*)::int from pg_stat_activity where application_name like 'one-roof/%') as backends,
  (select count(*)::int from pg_locks where locktype = 'advisory' and objid = 20260603
    and database = (select oid from pg_database where datname = current_database())) as locks`;

const { tables, views, functions } = released.plan.creates;
const functionNames = functions.map((signature) => signature.replace(/\(.*$/, ''));

async function readFingerprint(server: PostgresServer): Promise<Record<string, string>> {
  const sql = released.scripts.find(({ script }) => script.id === 'fingerprint')?.text ?? '';
  const { stdout, stderr } = await runPsql(server, { database, sql, bare: true });
  const line = stdout.split('\n').find((text) => text.startsWith('fingerprint '));
  if (line === undefined) throw new Error(`no fingerprint: ${stderr}`);
  const parts = JSON.parse(line.slice('fingerprint '.length)) as Record<string, string>;
  return Object.fromEntries(Object.entries(parts).filter(([name]) => isSection(name)));
}

/** How long the database is asked again while a crashed server recovers, in milliseconds. */
const RECOVERY_MS = 15_000;

async function connect(server: PostgresServer): Promise<Client> {
  for (const until = Date.now() + RECOVERY_MS; ;) {
    const client = new Client({ connectionString: server.url(database), application_name: 'chaos-judge' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(100);
    }
  }
}

/** Reads the database as it is now. */
export async function readFacts(server: PostgresServer): Promise<Facts> {
  const client = await connect(server);
  try {
    const { rows } = await client.query<Omit<Facts, 'fingerprint'>>(look, [[...tables, ...views], functionNames]);
    const [row] = rows;
    if (row === undefined) throw new Error('the database answers nothing');
    return { ...row, fingerprint: await readFingerprint(server) };
  } finally {
    await client.end();
  }
}
