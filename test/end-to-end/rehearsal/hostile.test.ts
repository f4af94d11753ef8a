import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

it.each([
  ['a check', 'create table public.bait (a int check (public.strike())); insert into public.bait values (1)', 'strike'],
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
