import { ReleaseDatabase, runId, undoFile } from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());

const undo = () => database.byMachine('undo', undoFile, {});

describe('the fingerprint', () => {
  const takeFingerprint = async (since = ''): Promise<Record<string, string>> => {
    const variables = since === '' ? {} : { entry_snapshot: since };
    const { stdout } = await database.byMachine('fingerprint', 'runner/fingerprint.sql', variables);
    return JSON.parse(/^fingerprint (\{.*\})$/m.exec(stdout)?.[1] ?? '') as Record<string, string>;
  };
  const fingerprint = async () => {
    const { snapshot: _taken, ...sections } = await takeFingerprint();
    return sections;
  };

  it.each([
    ['a view', 'create view fresh as select 1 as one', 'view public.fresh'],
    ['a column', 'alter table taxonomy add fresh integer', 'table public.taxonomy'],
    ['an option', 'alter view v_object_owner_gap set (security_barrier)', 'view public.v_object_owner_gap'],
    ['a comment', "comment on table taxonomy is 'y'", 'table public.taxonomy'],
    [
      'a function, as a type of its own',
      "create type mood as enum ('a'); create function f() returns mood language sql as 'select null::public.mood'",
      'function public.f()\ntype public.mood',
    ],
    ['grants', 'grant select on taxonomy to public', 'table public.taxonomy'],
    [
      'an index of a relation that the release leaves alone',
      'create index fresh on taxonomy ((1))',
      'index public.fresh',
    ],
  ])('names what others changed since the entry, and nothing that an undo put back: %s', async (_what, sql, named) => {
    await database.fresh();
    const { snapshot } = await takeFingerprint();
    await database.apply(4);
    await database.sql(sql);
    await undo();
    expect(await takeFingerprint(snapshot)).toMatchObject({
      ours: '',
      others: named,
      inserted: 'governance_object_ownership trigger_guard_alerts',
    });
  });

  it.each([
    ['a role with other rights', 'alter role app_guest createrole connection limit 3', 'roles', 'role app_guest'],
    ['a new role', 'create role app_second login', 'roles', 'role app_second'],
    ['a membership', 'grant pg_read_all_data to app_guest', 'roles', 'role app_guest'],
    ['a membership that may be passed on', 'grant directus to app_guest with admin option', 'roles', 'role app_guest'],
    ['a setting of a role', 'alter role app_guest set search_path = public', 'settings', 'role app_guest'],
    ['a setting of the database', "alter database directus set work_mem = '8MB'", 'settings', 'database directus'],
    [
      'a setting of a role in it',
      "alter role app_guest in database directus set jit = 'off'",
      'settings',
      'role app_guest',
    ],
    [
      'an operator',
      'create operator public.=== (leftarg = text, rightarg = text, function = texteq)',
      'operators',
      'operator public.===(text,text)',
    ],
    [
      'an operator in the schema of PostgreSQL',
      'set allow_system_table_mods = on; create operator pg_catalog.=== (leftarg = text, rightarg = text, function = texteq)',
      'operators',
      'operator ===(text,text)',
    ],
    ['a cast', 'create cast (text as integer) with inout as implicit', 'casts', 'cast from text to integer'],
    ['an extension', 'create extension pg_trgm', 'extensions', 'extension pg_trgm'],
  ])('sees and names what strangers change around the release: %s', async (_what, sql, section, named) => {
    await database.fresh();
    await database.sql('create role app_guest');
    try {
      const { snapshot, ...before } = await takeFingerprint();
      await database.sql(sql);
      const after = await takeFingerprint(snapshot);
      const changed = Object.keys(before).filter((key) => after[key] !== before[key]);
      expect(changed).toContain(section);
      if (section !== 'extensions') expect(changed).toEqual([section]);
      expect(after['others']?.split('\n')).toContain(named);
    } finally {
      await database.sql('drop owned by app_guest; drop role app_guest; drop role if exists app_second');
    }
  });

  it.each([
    ['table', 'create table public.bait (a int)', 'public.bait'],
    ['view', 'create view public.bait as select 1 as a', 'public.bait'],
    ['function', "create function public.bait() returns int language sql as 'select 1'", 'public.bait()'],
  ])('a %s of the application that bears the stamp of the run is theirs', async (kind, make, name) => {
    await database.fresh();
    const { snapshot } = await takeFingerprint();
    await database.apply(2);
    const stamp = `one-roof run=${runId} state=applying package=one-roof`;
    await database.sql(`set session authorization directus; ${make}; comment on ${kind} ${name} is '${stamp}'`);
    await undo();
    expect(await takeFingerprint(snapshot)).toMatchObject({ ours: '', others: `${kind} ${name}` });
  });

  it('names what is still there of the run, with one that is finished before the entry not being named', async () => {
    await database.fresh();
    await database.sql('create view earlier as select 1 as one');
    const { snapshot } = await takeFingerprint();
    await database.apply(2);
    const { ours = '', others } = await takeFingerprint(snapshot);
    expect(ours.split('\n')).toHaveLength(43);
    expect([ours, others]).toEqual([expect.stringContaining('view public.v_ui_lane'), '']);
  });

  it.each([
    ['is called otherwise', 'rename id to alert'],
    ['is an identity', 'alter id drop default, alter id add generated always as identity'],
  ])('the fingerprint finds the sequence of trigger_guard_alerts when its column %s', async (_what, change) => {
    await database.fresh();
    await database.sql(`alter table trigger_guard_alerts ${change}`);
    const before = await fingerprint();
    await database.sql(
      `insert into trigger_guard_alerts (command_tag, object_type, object_identity) values ('x', 'y', 'z'); delete from trigger_guard_alerts`,
    );
    const after = await fingerprint();
    expect(Object.keys(after).filter((key) => after[key] !== before[key])).toEqual(['sequence_trigger_guard_alerts']);
  });

  it('the fingerprint says of trigger_guard_alerts without a sequence, or of none at all, that it is absent', async () => {
    await database.fresh();
    await database.sql('alter table trigger_guard_alerts drop id');
    expect(await fingerprint()).toMatchObject({ sequence_trigger_guard_alerts: 'absent' });
    await database.sql('drop table trigger_guard_alerts');
    expect(await fingerprint()).toMatchObject({ rows_trigger_guard_alerts: 'absent' });
  });

  it('proves by fingerprint what the dump shows, and the fingerprint sees a release', async () => {
    await database.fresh();
    const before = await fingerprint();
    await database.freshAfter(7);
    const between = await fingerprint();
    expect(between).not.toEqual(before);
    await undo();
    expect(await fingerprint()).toEqual(before);
    await database.sql(`comment on table taxonomy is 'changed'; grant select on taxonomy to public`);
    const changed = await fingerprint();
    expect(Object.keys(changed).filter((key) => changed[key] !== before[key])).toEqual(['grants', 'comments']);
  });
});
