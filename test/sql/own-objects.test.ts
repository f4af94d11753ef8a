import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReleaseDatabase, tiers, undoFile } from './release-database.ts';

/*
 * Between two tiers, what the release made lies in a schema that the application owns. Neither what was hung onto it nor what was put in
 * its place is believed, and nothing of it runs.
 */
let database: ReleaseDatabase;
let folder: string;
let spoor: string;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-attack-'));
  chmodSync(folder, 0o777); // the server may have a user of its own
  spoor = join(folder, 'was-here');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** As the application: functions that act when a superuser runs them. */
const payload = () => `set session authorization directus;
create function public.strike() returns boolean language plpgsql as $strike$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute pg_catalog.format('copy (select 1) to program %L', 'touch ${spoor}');
  end if;
  return true;
exception when others then return true;
end $strike$;
create function public.struck() returns trigger language plpgsql as $$ begin perform public.strike(); return new; end $$;
`;
const struck = (table: string) =>
  `create trigger struck before insert or update or delete on public.${table} for each row execute function public.struck();`;

/** Something of the application's own in the place of an object of ours, with the comment that ours had. */
const replaced = (kind: string, name: string, make: string) => `
select obj_description('public.${name}'::regclass) as stamp \\gset
${payload()}drop ${kind} public.${name};
${make}
comment on ${kind} public.${name} is :'stamp';`;

const generous = 'alter default privileges for role workflow_admin in schema public grant all on tables to directus;';

/** What is laid before the release, which tiers are then played, what the application does, and what the next tier says. */
const attacks: [string, string, number, () => string, RegExp][] = [
  [
    'a trigger on a table of ours, where the application has all rights on new tables',
    generous,
    4,
    () => payload() + struck('axis_assignment'),
    /untrusted_code, function public\.strike/,
  ],
  [
    'a foreign key onto a table of ours that hands on its deletes to a table with triggers',
    generous,
    4,
    () => `${payload()}create table public.leech (code text references public.axis_registry (axis_code) on delete cascade);
${struck('leech')}`,
    /untrusted_code, function public\.strike/,
  ],
  [
    'a table in the place of ours',
    '',
    2,
    () => replaced('table', 'axis_candidate_finding', `create table public.axis_candidate_finding (finding text);`),
    /42 of them with the stamp of run .*; 1 carry no stamp/,
  ],
  [
    'a view in the place of ours',
    '',
    2,
    () =>
      replaced('view', 'v_ui_axis_browser', 'create view public.v_ui_axis_browser as select public.strike() as axis;'),
    /42 of them with the stamp of run .*; 1 carry no stamp/,
  ],
];

it.each(attacks)('%s: the next tier refuses', async (_what, before, played, attack, refusal) => {
  await database.fresh();
  await database.sql(before);
  for (const [id, file] of tiers.slice(0, played)) {
    const { exitCode, stderr } = await database.byHand(file);
    if (exitCode !== 0) throw new Error(`tier ${id}: ${stderr}`);
  }
  await database.sql(attack());
  rmSync(spoor, { force: true });
  const next = await database.byHand(tiers[played]?.[1] ?? '');
  expect(next.stderr).toMatch(refusal);
  expect(next.exitCode).toBe(3);
  const undo = await database.byHand(undoFile);
  expect(undo.stderr).toContain('REFUSING');
  expect(existsSync(spoor)).toBe(false);
});

it('the attack acts where nothing refuses: a superuser who writes into such a table runs it', async () => {
  await database.fresh();
  await database.sql(`${payload()}create table public.bait (code text);${struck('bait')}`);
  rmSync(spoor, { force: true });
  await database.sql("insert into public.bait values ('x')");
  expect(existsSync(spoor)).toBe(true);
});

it.each([
  ['table', 'create table public.later (a int)'],
  ['view', 'create view public.later as select 1 as a'],
  ['sequence', 'create sequence public.later'],
])('a %s of the application is no later release, whatever its comment says', async (kind, make) => {
  await database.freshAfter(2);
  const stamp = 'one-roof run=ba9876543210 state=released package=other requires=one-roof';
  await database.sql(`set session authorization directus; ${make}; comment on ${kind} public.later is '${stamp}'`);
  const later = async () => /"later" : (\[.*?\])/.exec((await database.byHand('runner/drift.sql')).stdout)?.[1];
  expect(await later()).toBe('[]');
  const undo = await database.byMachine('undo', undoFile);
  expect([undo.stderr, undo.exitCode]).toEqual(['', 0]);
  await database.sql(`alter ${kind} public.later owner to current_user`);
  expect(JSON.parse((await later()) ?? '')).toEqual([{ package: 'other', run: 'ba9876543210' }]);
});
