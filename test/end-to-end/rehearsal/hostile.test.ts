import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runPsql } from '../../../local/postgres/psql.ts';
import { openStage, rehearse, type Stage } from './stage.ts';

/* A rehearsal copies what the application has laid into its database, as superuser: none of it may run with such rights. */
let stage: Stage;
let folder: string;
beforeAll(async () => {
  stage = await openStage();
  folder = mkdtempSync(join(tmpdir(), 'one-roof-attack-'));
  chmodSync(folder, 0o777); // the server may have a user of its own
});
afterAll(async () => {
  await stage.stop();
  rmSync(folder, { recursive: true });
});

const strike = () => `set session authorization directus;
create function public.strike() returns boolean language plpgsql as $strike$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute pg_catalog.format('copy (select 1) to program %L', 'touch ${join(folder, 'was-here')}');
  end if;
  return true;
exception when others then return true;
end $strike$;
create function public.struck(value text) returns text language plpgsql immutable as $$ begin perform public.strike(); return value; end $$;
`;

const settings = (role: string, place: string) => `set session authorization ${role};
  select set_config('search_path', 'public;alter/**/role/**/${role}/**/superuser', false);
  alter ${place} set search_path from current;`;

it('settings of a role are data: the reader does not become superuser through a rehearsal', async () => {
  await stage.fresh();
  const [own, list] = ['role directus in database directus', `'$user', 'a "quoted" one', public`];
  await stage.query(settings('context_pack_readonly', 'role context_pack_readonly in database directus'), 'directus');
  await stage.query(settings('directus', 'database directus'), 'directus');
  await stage.query(`alter ${own} set search_path = ${list}; alter ${own} set temp_tablespaces = ''`, 'directus');
  await stage.query(`alter ${own} set application_name = 'x; alter role directus superuser; --'`, 'directus');
  const runtime = await stage.start();
  const { result } = await rehearse(runtime);
  await runtime.stop();
  expect(
    await stage.query(
      `select string_agg(rolname, ',') from pg_roles where rolsuper and rolname not in ('postgres', 'workflow_admin')`,
    ),
  ).toBe('');
  expect(result).toBe('passed');
});

/** Until a rehearsal ends: what a query answers in its copy. */
async function meanwhile<T>(rehearsal: Promise<T>, sql: string): Promise<[T, Set<string>]> {
  const answers = new Set<string>();
  let ended = false;
  const watch = async () => {
    while (!ended) {
      const copy = await stage.query(`select datname from pg_database where datname like 'directus_rehearsal_%'`);
      if (copy !== '') answers.add(await stage.query(sql, copy).catch(() => 'gone'));
      await sleep(50);
    }
  };
  const watching = watch();
  const result = await rehearsal.finally(() => (ended = true));
  await watching;
  return [result, answers];
}

it('lines of a dump are data, and what the copy is compared by is closed, whatever is granted on new schemas', async () => {
  await stage.fresh();
  await stage.query(
    `alter default privileges for role workflow_admin grant all on schemas to directus;
     alter default privileges for role workflow_admin grant all on tables to directus;
     set session authorization directus; create table public.bait (a int);
     create index first on public.bait (a); create index second on public.bait (a);
     comment on index public.first is 'a\nREFRESH MATERIALIZED VIEW b';
     comment on index public.second is '; alter role directus superuser; --'`,
    'directus',
  );
  const runtime = await stage.start();
  const [{ result }, answers] = await meanwhile(
    rehearse(runtime),
    `select has_schema_privilege('directus', nspname, 'usage') from pg_namespace where nspname = 'one_roof_rehearsal'`,
  );
  await runtime.stop();
  expect(await stage.query(`select rolsuper from pg_roles where rolname = 'directus'`)).toBe('f');
  expect(answers).toContain('f');
  expect(answers).not.toContain('t');
  expect(result).toBe('passed');
});

it.each([
  ['the key, held by the reader', 'select pg_advisory_lock(20260603)', ''],
  ['the key, held by the application', 'begin; select pg_advisory_xact_lock(20260603)', '', 'directus'],
  ['the name of a guard', 'select 1', 'one-roof/0123456789ab/rehearsal-guard'],
  [
    'a comment like the stamp of a release that did not end',
    `create table public.bait (a int); comment on table public.bait is 'one-roof run=0123456789ab state=applying package=x'`,
    '',
    'directus',
  ],
])('%s stops no rehearsal', async (_what, sql, PGAPPNAME, user = 'context_pack_readonly') => {
  await stage.fresh();
  const request = { database: 'directus', user, sql: `${sql}; select pg_sleep(600)`, bare: true };
  const held = runPsql(stage.server, { ...request, environment: { PGAPPNAME } });
  const sessions = `from pg_stat_activity where usename = '${user}' and query like '%pg_sleep(600)'`;
  while ((await stage.query(`select count(*) ${sessions}`)) === '0') await sleep(20);
  const runtime = await stage.start();
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  await stage.query(`select pg_terminate_backend(pid) ${sessions}`);
  await held;
  expect([result, summary.reason]).toEqual(['passed', '']);
});

it.each([
  ['a check', 'create table public.bait (a int check (public.strike())); insert into public.bait values (1)', 'strike'],
  [
    'a domain within a composite type',
    `create domain public.odd as text check (public.strike()); create type public.pair as (a public.odd);
     create table public.bait (a public.pair); insert into public.bait values (row('x'))`,
    'strike',
  ],
  ['an index', `create table public.bait (a text); create index on public.bait (a, public.struck('x'))`, 'struck'],
])('%s that calls a function of the application: refused by name, and never run', async (_, attack, name) => {
  await stage.fresh();
  await stage.query(strike() + attack, 'directus');
  rmSync(join(folder, 'was-here'), { force: true });
  const runtime = await stage.start();
  const { result, summary } = await rehearse(runtime);
  await runtime.stop();
  expect(existsSync(join(folder, 'was-here'))).toBe(false);
  expect(result).not.toBe('passed');
  expect(summary.reason).toMatch(new RegExp(`untrusted_code, .*${name}.* of directus`));
  expect(await stage.left()).toBe('');
});
