import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { runPsql } from '../../local/postgres/psql.ts';
import { until } from '../until.ts';
import { inPackage, ReleaseDatabase, runId, undoFile } from './release-database.ts';

/*
 * The release runs as superuser in a database that belongs to an application. Each attack is laid by the application's role, and
 * leaves a file when a superuser runs its code, which READ ONLY does not stop.
 */
let database: ReleaseDatabase;
let folder: string;
let spoor: string;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-attack-'));
  chmodSync(folder, 0o777); // the server may have a user of its own
  spoor = join(folder, 'was-here');
  await database.fresh();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What the application's role can write: functions that act when a superuser runs them. */
const payload = () => `set session authorization directus;
create function public.strike() returns boolean language plpgsql as $strike$
begin
  if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute pg_catalog.format('copy (select 1) to program %L', 'touch ${spoor}');
  end if;
  return true;
exception when others then return true;
end $strike$;
create function public.struck(value text) returns text language plpgsql immutable as $$ begin perform public.strike(); return value; end $$;
`;

/** Scripts that reach the database before, during and after a release, by hand as superuser. */
const forward = [
  'gate_monitor/gate_check_source.sql',
  'gate_monitor/apr_check.sql',
  'prod/00_preflight.sql',
  'prod_verify/baseline_probe.sql',
  'runner/fingerprint.sql',
  'prod/10_structure.sql',
];

/** Lays an attack; what ran while it was laid does not count. */
async function lay(attack: string): Promise<void> {
  await database.sql(attack);
  rmSync(spoor, { force: true });
}

async function everyScript(): Promise<Record<string, string>> {
  const ends: Record<string, string> = {};
  for (const file of forward) {
    const { exitCode, stderr } = await database.byHand(file);
    ends[file] = exitCode === 0 ? 'done' : (/REFUSING: (\w+)/.exec(stderr)?.[1] ?? stderr);
  }
  return ends;
}

/** Where a stranger's code is in the way, the gate names it, and whatever else there is refuses. */
const refused = Object.fromEntries(
  forward.map((file) => [file, file.includes('gate_check') ? 'done' : 'untrusted_code']),
);

const gate = async (): Promise<string> => (await database.byHand('gate_monitor/gate_check_source.sql')).stdout;

/** A trigger of the application's, and one of a superuser's on a table that the release writes. */
const fires = (table: string) => `
create function public.fires() returns trigger language plpgsql as $$ begin perform public.strike(); return new; end $$;
create trigger fires before insert on public.${table} for each row execute function public.fires();`;
const trusted = (body: string, settings = '') => `
create function public.trusted() returns trigger language plpgsql ${settings} as $of$ begin ${body}; return new; end $of$;
create trigger trusted after insert on public.governance_object_ownership for each row execute function public.trusted()`;

/** A function of the role that is set, which acts and answers this. */
const own = (head: string, answer: string, schema = 'public') =>
  `create function ${schema}.${head} language plpgsql immutable as $of$ begin perform public.strike(); return ${answer}; end $of$;`;

const reached: [string, string, string][] = [
  ['an expression of an index', 'create index on public.event_outbox (public.struck(event_domain))', 'struck'],
  [
    'the predicate of an index',
    `create index on public.event_outbox (id) where public.struck(event_domain) = 'x'`,
    'struck',
  ],
  [
    'extended statistics',
    'create statistics public.bait on (public.struck(event_domain)), event_type from public.event_outbox; analyze public.event_outbox',
    'struck',
  ],
  ['a check', 'alter table public.event_outbox add check (public.strike()) not valid', 'strike'],
  [
    'an heir with a check',
    'create table public.heir (check (public.struck(event_domain) is not null)) inherits (public.event_outbox)',
    'struck',
  ],
  [
    'a policy',
    'alter table public.event_outbox enable row level security; create policy bait on public.event_outbox using (public.strike())',
    'strike',
  ],
  [
    'a table that became a view',
    `alter table public.approval_requests rename to requests;
     create view public.approval_requests as select * from public.requests where public.strike()`,
    'approval_requests',
  ],
  [
    'a look-alike of the whole schema',
    `alter schema public rename to hidden; create schema public;
     create function public.strike() returns boolean language sql as 'select hidden.strike()';
     create view public.approval_requests as select r.* from hidden.approval_requests r where public.strike();
     create view public.os_proposal_approvals as select 1 as id where public.strike()`,
    'approval_requests',
  ],
];

it('the attack leaves its file when a superuser runs it, and in a transaction that only reads', async () => {
  await database.sql(`${payload()} reset session authorization; begin read only; select public.struck('x')`);
  expect(existsSync(spoor)).toBe(true);
});

describe('code of the application on the way of what is read', () => {
  it.each(reached)('%s: named by the gate, refused by every script, and never run', async (_, attack, name) => {
    await lay(payload() + attack);
    expect(await gate()).toMatch(new RegExp(`^note: untrusted_code, .*${name}.* of directus, reached from `, 'm'));
    expect(await everyScript()).toEqual(refused);
    expect(existsSync(spoor)).toBe(false);
  });

  it.each([
    [
      'a trigger on a table that is written',
      `grant trigger on public.governance_object_ownership to directus; set session authorization directus;
       create function public.fires() returns trigger language plpgsql as $$ begin perform public.strike(); return new; end $$;
       create trigger bait before insert on public.governance_object_ownership for each row execute function public.fires()`,
      'fires',
    ],
    [
      'a function that the body of a trusted trigger names',
      `create function public.helper() returns void language plpgsql as $$ begin perform public.strike(); end $$;
       alter function public.helper() owner to directus;
       create function public.fires() returns trigger language plpgsql as $$ begin perform public.helper(); return new; end $$;
       create trigger bait after insert on public.governance_object_ownership for each statement execute function public.fires()`,
      'helper',
    ],
    [
      "an event trigger whose function is not a superuser's",
      `create function public.watches() returns event_trigger language plpgsql as $$ begin perform public.strike(); end $$;
       create event trigger bait on ddl_command_end execute function public.watches();
       alter function public.watches() owner to directus`,
      'watches',
    ],
    [
      "the condition of a trigger whose function is PostgreSQL's",
      `grant trigger on public.governance_object_ownership to directus; set session authorization directus;
       create trigger bait before insert on public.governance_object_ownership for each row when (public.struck('x') is not null)
       execute function suppress_redundant_updates_trigger()`,
      'struck',
    ],
    [
      'a rule of the application that writes where its triggers are',
      `alter table public.trigger_guard_alerts owner to directus; set session authorization directus;
       create table public.mine (a text); ${fires('mine')}
       create rule bait as on insert to public.trigger_guard_alerts do also insert into public.mine values ('x')`,
      'fires',
    ],
    [
      'a trusted trigger that writes through a view',
      `set session authorization directus; create table public.mine (a text); ${fires('mine')}
       reset session authorization; create view public.through as select a from public.mine;
       ${trusted(`insert into public.through values ('x')`)}`,
      'fires',
    ],
    ...['public.HELPER()', 'public . "Say ""it"" aloud"()', 'public.help$er()', 'public.hélper()'].map((call) => [
      `a function that the body of a trusted trigger names as ${call}`,
      `set session authorization directus; create function ${call} returns void language plpgsql as $of$ begin perform public.strike(); end $of$;
       reset session authorization; ${trusted(`perform ${call}`)}`,
      'function',
    ]),
    [
      'an operator in the schema that a trusted function calls its own',
      `set session authorization directus; create schema workflow_admin;
       create function workflow_admin.equal(varchar, text) returns boolean language sql as 'select public.strike()';
       create operator workflow_admin.= (leftarg = varchar, rightarg = text, function = workflow_admin.equal);
       reset session authorization; ${trusted(`if 'a'::varchar = 'a'::text then null; end if`, 'set search_path = "$user", public')}`,
      'operator',
    ],
    [
      'a default of a table that is written',
      `alter table public.trigger_guard_alerts owner to directus; set session authorization directus;
       alter table public.trigger_guard_alerts alter command_tag set default public.struck('x')`,
      'struck',
    ],
    [
      'a foreign key onto a table that is written, which hands on its deletes',
      `grant references on public.governance_object_ownership to directus; set session authorization directus;
       create table public.leech (id bigint references public.governance_object_ownership (id) on delete cascade); ${fires('leech')}`,
      'fires',
    ],
    [
      'a cast that runs unasked',
      `set session authorization directus; create type public.mood as enum ('x'); ${own('moody(public.mood) returns text', "'x'")}
       create cast (public.mood as text) with function public.moody(public.mood) as implicit`,
      'moody',
    ],
    [
      'an operator in a check',
      `set session authorization directus; create operator public.### (leftarg = text, rightarg = text, function = texteq);
       alter table public.event_outbox add check (event_domain operator(public.###) 'x') not valid`,
      'operator',
    ],
    [
      "a function behind an operator of a superuser's",
      `set session authorization directus; ${own('same(text, text) returns boolean', 'true')} reset session authorization;
       create operator public.### (leftarg = text, rightarg = text, function = public.same);
       alter table public.event_outbox add check (event_domain operator(public.###) 'x') not valid`,
      'same',
    ],
    [
      "a function behind an operator class of a superuser's",
      `set session authorization directus; ${own('odd_order(text, text) returns integer', '0')} reset session authorization;
       create operator class public.odd for type text using btree as
         operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 public.odd_order(text, text);
       create index bait on public.event_outbox (event_type public.odd)`,
      'odd_order',
    ],
    [
      'a function in the schema of PostgreSQL',
      `grant create on schema pg_catalog to directus; set session authorization directus;
       ${own('odd(text) returns bigint', '1', 'pg_catalog')}`,
      'odd',
    ],
    [
      'an operator in the schema of PostgreSQL',
      `set allow_system_table_mods = on; create operator pg_catalog.=== (leftarg = text, rightarg = text, function = texteq);
       alter operator pg_catalog.=== (text, text) owner to directus`,
      'operator',
    ],
  ] as [string, string, string][])('%s', async (_, attack, name) => {
    await lay(`${payload()} reset session authorization; ${attack}`);
    expect(await gate()).toMatch(new RegExp(`^note: untrusted_code, .*${name}.* of directus, reached from `, 'm'));
    expect((await database.byHand('prod/10_structure.sql')).stderr).toContain('REFUSING: untrusted_code');
    expect(existsSync(spoor)).toBe(false);
    await database.sql('drop event trigger if exists bait');
  });
});

it.each(['workflow_admin', 'directus'])(
  'a foreign table is the word of another database, also one of %s',
  async (owner) => {
    await database.sql(`create foreign data wrapper w; create server s foreign data wrapper w;
    create foreign table public.far () inherits (public.event_outbox) server s; alter foreign table public.far owner to ${owner}`);
    expect(await gate()).toMatch(
      new RegExp(`^note: untrusted_code, foreign table .*far of ${owner}, reached from `, 'm'),
    );
    expect((await database.byHand('prod/10_structure.sql')).stderr).toContain('REFUSING: untrusted_code');
  },
);

describe('as the reader, who has nothing to take', () => {
  const user = 'context_pack_readonly';
  const reading = forward.filter((file) => !/fingerprint|structure/.test(file));

  it('scripts that read wait for no lock, and open no way for one', async () => {
    const server = database.server;
    const sql = `begin; lock table pg_catalog.pg_cast, public.approval_requests in share row exclusive mode; select pg_sleep(60)`;
    const held = runPsql(server, { database: 'directus', bare: true, sql });
    const sessions = `from pg_stat_activity where query = 'select pg_sleep(60)'`;
    while ((await database.sql(`select count(*) ${sessions}`)) === '0') await sleep(20);
    for (const file of reading) {
      const { exitCode, stderr } = await database.byMachine('gate-check', file, {}, { user });
      expect([file, stderr, exitCode]).toEqual([file, '', 0]);
    }
    await database.sql(`select pg_terminate_backend(pid) ${sessions}`);
    await held;
  });

  it('prove all the same: what is in the way is named, refused and never run', async () => {
    await lay(`${payload()} create index on public.event_outbox (public.struck(event_domain))`);
    const shown = [];
    for (const file of reading) {
      const { stdout, stderr } = await database.byMachine('gate-check', file, {}, { user });
      shown.push(/(?:note|REFUSING): (untrusted_code, .* of directus), reached from/.exec(stdout + stderr)?.[1]);
    }
    expect(shown).toEqual(
      reading.map(() => expect.stringMatching(/^untrusted_code, function public\.strike/) as string),
    );
    expect(existsSync(spoor)).toBe(false);
  });

  it('a row that a policy hides is an error, and no smaller figure', async () => {
    await database.sql(`alter table public.event_outbox enable row level security`);
    const { stdout } = await database.byMachine('gate-check', forward[0] ?? '', {}, { user });
    expect(stdout).toMatch(/"id" : "emit", .*?"measured" : null, "ok" : false/);
    const probe = await database.byMachine('baseline-probe', 'prod_verify/baseline_probe.sql', {}, { user });
    expect(probe.stderr).toContain('query would be affected by row-level security policy for table "event_outbox"');
  });
});

describe('what is laid while a script looks is found, as the script locks before it proves', () => {
  const laid: [string, string][] = [
    ['an index', 'create index on public.event_outbox (public.struck(event_domain))'],
    [
      'a policy',
      'alter table public.event_outbox enable row level security; create policy bait on public.event_outbox using (public.strike())',
    ],
    [
      'a table that becomes a view',
      `alter table public.approval_requests rename to requests;
       create view public.approval_requests as select * from public.requests where public.strike()`,
    ],
  ];
  const scripts = ['prod/00_preflight.sql', 'prod/10_structure.sql'];

  it.each(laid.flatMap(([what, sql]) => scripts.map((file) => [what, file, sql] as const)))(
    '%s, while %s looks',
    async (_what, file, sql) => {
      await lay(payload());
      const client = new Client({ connectionString: database.server.url('directus') });
      await client.connect();
      await client.query(`begin; set local role directus; ${sql}`);
      let ended = false;
      const script = database.byHand(file).finally(() => (ended = true));
      const waiting = `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = 'directus'`;
      await until(async () => (ended || (await database.sql(waiting)) !== '0' ? true : undefined));
      await client.query('commit');
      await client.end();
      expect((await script).stderr).toContain('REFUSING: untrusted_code');
      expect(existsSync(spoor)).toBe(false);
    },
  );
});

describe('what holds nobody up', () => {
  it('a release that is half applied is undone past code that the undo does not read', async () => {
    const tier = await database.byMachine('tier-1', 'prod/10_structure.sql');
    expect([tier.stderr, tier.exitCode]).toEqual(['', 0]);
    await lay(`${payload()} create index on public.event_outbox (public.struck(event_domain))`);
    const undo = await database.byMachine('undo', undoFile);
    expect([undo.stderr, undo.exitCode]).toEqual(['', 0]);
    expect(existsSync(spoor)).toBe(false);
  });

  it.each(['a, b', 'a b', 'a"b', 'Ä\\'])('an heir with the name %s', async (name) => {
    await database.sql(`create table public."${name.replaceAll('"', '""')}" () inherits (public.event_outbox)`);
    expect(new Set(Object.values(await everyScript()))).toEqual(new Set(['done']));
  });
});

describe('a copy of the database, before it is filled', () => {
  const proof = `\\ir runner/session.sql
    \\set restored yes
    select set_config('one_roof.reads', '', false) as r, set_config('one_roof.existing_written', '', false) as w \\gset
    \\ir runner/untrusted_code.sql
    execute untrusted_code \\gset
    select :'untrusted';`.replaceAll(/^ +/gm, '');

  it.each([
    [
      'a check of a domain',
      'create domain public.odd as int check (public.strike()); create table public.bait (a public.odd); insert into public.bait values (1)',
      'strike',
    ],
    [
      'a check of a domain within a composite type within an array',
      `create domain public.odd as text check (public.strike()); create type public.pair as (a int, b public.odd);
       create table public.bait (a public.pair[]); insert into public.bait values (array[row(1, 'x')::public.pair])`,
      'strike',
    ],
    [
      'a generated column',
      'create table public.bait (a text, b text generated always as (public.struck(a)) stored); insert into public.bait values (1)',
      'struck',
    ],
    [
      'a partition key',
      `create table public.bait (a text) partition by list (public.struck(a));
     create table public.bait_x partition of public.bait for values in ('x'); insert into public.bait values ('x')`,
      'struck',
    ],
    [
      'an index of a materialised view',
      `create materialized view public.bait as select 'a' as a; create index on public.bait (public.struck(a))`,
      'struck',
    ],
    [
      'nothing but views and defaults of its own',
      `create view public.bait as select public.struck('a'); create table public.b (a text default public.struck('a'))`,
      '',
    ],
  ])('%s: named', async (_, attack, name) => {
    await lay(payload() + attack);
    const file = join(folder, 'proof.sql');
    writeFileSync(file, proof.replaceAll('\\ir ', `\\i ${inPackage('')}/`));
    const { stdout, stderr } = await runPsql(database.server, { database: 'directus', file });
    expect(stderr).toBe('');
    expect(stdout).toMatch(name === '' ? /^\[\]$/m : new RegExp(`${name}.* of directus, reached from `));
  });
});

/** Names that PostgreSQL has as well: with a path of its own alone, nobody asks for the application's. */
const shadows: [string, string][] = [
  [
    'set_config',
    `create function public.set_config(text, text, boolean) returns text language sql as
     'select case when public.strike() then pg_catalog.set_config($1, $2, $3) end'`,
  ],
  [
    'format, with arguments that fit better',
    `create function public.format(text, bigint, bigint, bigint, bigint) returns text language sql as
     'select case when public.strike() then $1 end'`,
  ],
  [
    '=',
    `create function public.equal(varchar, text) returns boolean language sql as 'select public.strike()';
     create operator public.= (leftarg = varchar, rightarg = text, function = public.equal)`,
  ],
  [
    'count',
    `create function public.count(text) returns bigint language sql as 'select case when public.strike() then 1 end'`,
  ],
  [
    '|| for what we join',
    `create function public.joined(text, bigint) returns text language sql as 'select case when public.strike() then $1 end';
     create operator public.|| (leftarg = text, rightarg = bigint, function = public.joined)`,
  ],
];
const path = 'alter database directus set search_path = public, pg_catalog';

describe('a name of PostgreSQL that the application has taken', () => {
  // a function of a superuser that we reach looks in public, also where our login does not
  it.each(shadows)('%s is named, refused and never called, whether or not our login looks there', async (_, attack) => {
    await lay(payload() + attack);
    for (const further of ['select 1', path]) {
      await database.sql(further);
      expect(await gate()).toMatch(/^note: untrusted_code, .* of directus, reached from schema public/m);
      expect(await everyScript()).toEqual(refused);
      for (const file of [undoFile, 'prod/99_run_all.sql'])
        expect((await database.byHand(file)).stderr).toContain('REFUSING: untrusted_code');
      // the prelude comes before any proof
      expect((await database.byMachine('tier-1', 'prod/10_structure.sql')).stderr).toContain(
        'REFUSING: untrusted_code',
      );
    }
    expect(existsSync(spoor)).toBe(false);
  });

  it.each([
    ['the database', 'alter database directus set search_path = mine, pg_catalog'],
    ['everybody', 'reset session authorization; alter role all set search_path = "mine"'],
    [
      'the role in the database',
      "reset session authorization; alter role current_user in database directus set search_path = 'x', mine",
    ],
  ])('a schema in which our login would look by a setting of %s', async (_whose, setting) => {
    const count = own('count(text) returns bigint', '1', 'mine');
    await lay(`${payload()} create schema mine; ${count} ${setting}`);
    const [named, ends] = [await gate(), await everyScript()];
    await database.sql('alter role all reset search_path');
    expect(named).toMatch(/^note: untrusted_code, .* of directus, reached from schema mine/m);
    expect(ends).toEqual(refused);
    expect(existsSync(spoor)).toBe(false);
  });

  it('settings of database and role change nothing of what our text means', async () => {
    await database.sql(`set session authorization directus;
      alter database directus set role = 'directus';
      alter database directus set standard_conforming_strings = off;
      alter database directus set quote_all_identifiers = on;
      alter database directus set constraint_exclusion = on;
      alter database directus set search_path = public, pg_catalog`);
    const { exitCode, stderr } = await database.byHand('prod/99_run_all.sql');
    expect([exitCode, stderr]).toEqual([0, '']);
  });
});

describe('the key of the release', () => {
  it.each([
    ['a lock of a session', 'select pg_advisory_lock(20260603)', ''],
    ['a lock of a transaction', 'begin; select pg_advisory_xact_lock(20260603)', ''],
    ['the name of a tier', 'select 1', `one-roof/${runId}/tier-1`],
  ])('%s, held by a login that is no superuser, holds nobody up', async (_, sql, name) => {
    const server = database.server;
    const held = runPsql(server, {
      ...{ database: 'directus', user: 'context_pack_readonly', sql: `${sql}; select pg_sleep(60)`, bare: true },
      environment: { PGAPPNAME: name },
    });
    const sessions = `from pg_stat_activity where usename = 'context_pack_readonly' and query like '%pg_sleep(60)'`;
    while ((await database.sql(`select count(*) ${sessions}`)) === '0') await sleep(20);
    const tier = await database.byMachine('tier-1', 'prod/10_structure.sql');
    expect([tier.stderr, tier.exitCode]).toEqual(['', 0]);
    const fence = await database.byMachine('fence', 'runner/fence.sql');
    expect(fence.stdout).toMatch(/^fence run=\w+ terminated=0 remaining=0 stamped=43 state=applying$/m);
    const undo = await database.byMachine('undo', undoFile);
    expect([undo.stderr, undo.exitCode]).toEqual(['', 0]);
    await database.sql(`select pg_terminate_backend(pid) ${sessions}`);
    await held;
  });
});
