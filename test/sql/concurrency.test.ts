import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectRefusal, otherRunId, ReleaseDatabase, runId, undoFile } from './release-database.ts';
import { until } from '../until.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());
beforeEach(async () => database.fresh());

/** A session that runs `sql` under a name and keeps its transaction open until it is ended; answers how to end it. */
async function hold(name: string, sql: string, user?: string): Promise<() => Promise<number | null>> {
  const child = spawn(
    join(database.server.bin, 'psql'),
    ['-X', '-q', '-d', 'directus', '-v', 'ON_ERROR_STOP=1', '-c', `begin; ${sql}; select pg_sleep(30)`],
    {
      env: { ...database.server.environment(), PGAPPNAME: name, ...(user === undefined ? {} : { PGUSER: user }) },
      stdio: 'ignore',
    },
  );
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const asleep = `select count(*) from pg_stat_activity where application_name = '${name}' and query like '%pg_sleep%' and wait_event = 'PgSleep'`;
  await until(async () => ((await database.sql(asleep)) === '1' ? true : undefined));
  return async () => {
    await database.sql(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = '${name}'`,
    );
    return ended;
  };
}

describe('one executor at a time', () => {
  it('a second executor by hand is refused with 3 and told who holds the lock', async () => {
    const release = await hold('first-executor', 'select pg_advisory_lock(20260603)');
    expectRefusal(
      await database.byHand('prod/99_run_all.sql'),
      /the release lock was not free in time, held by .*first-executor/,
    );
    await release();
  });

  it("a single tier by hand is fenced by a machine's session lock", async () => {
    const release = await hold('first-executor', 'select pg_advisory_lock(20260603)');
    expectRefusal(
      await database.byHand('prod/10_structure.sql', { lock_tries: '3' }),
      /no lock on the release \(another executor is running\).*first-executor/,
    );
    await release();
  });

  it.each([
    ['10_structure', 'prod/10_structure.sql', 0],
    ['the undo', undoFile, 2],
  ])('%s is held up by another executor also while somebody else holds the key', async (_what, file, applied) => {
    await database.freshAfter(applied);
    const stranger = await hold('stranger', 'select pg_advisory_lock(20260603)', 'context_pack_readonly');
    const other = await hold('first-executor', 'lock table pg_catalog.pg_description in share update exclusive mode');
    expectRefusal(
      await database.byMachine('tier-1', file, { lock_tries: '3' }),
      /no lock on the release \(another executor is running\).*first-executor/,
    );
    await other();
    const alone = await database.byMachine('tier-1', file);
    expect([alone.stderr, alone.exitCode]).toEqual(['', 0]);
    await stranger();
  });

  it('the prelude waits no longer than the start-by, and names the holder', async () => {
    const release = await hold('first-executor', 'select pg_advisory_lock(20260603)');
    const result = await database.byMachine('tier-1', 'prod/10_structure.sql', {
      start_by: new Date(Date.now() + 1500).toISOString(),
    });
    expectRefusal(result, /release lock was not free in time, held by pid \d+ \(application first-executor\)/);
    await release();
  });

  it('two executors at once: one releases, the other is refused', async () => {
    const results = await Promise.all([database.byHand('prod/99_run_all.sql'), database.byHand('prod/99_run_all.sql')]);
    expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, 3]);
  });
});

describe('locks', () => {
  it('an idle reader of governance_registry stops tier 1 before anything is made', async () => {
    const release = await hold('idle-reader', 'select count(*) from governance_registry');
    const result = await database.byMachine('tier-1', 'prod/10_structure.sql', {
      lock_tries: '3',
      VERBOSITY: 'verbose',
    });
    expectRefusal(
      result,
      / 55P03: REFUSING: no lock on governance_registry after 3 tries of 200 ms; held by pid \d+ \(application idle-reader/,
    );
    await release();
    expect(await database.sql(`select to_regclass('axis_registry') is null`)).toBe('t');
  });

  it.each<[string, string, string, string, number]>([
    ['tier-1', 'governance_registry', 'code', 'prod/10_structure.sql', 0],
    ['tier-1', 'governance_object_ownership', 'created_by', 'prod/10_structure.sql', 0],
    ['tier-8', 'governance_object_ownership', 'created_by', 'prod/90_verify.sql', 7],
  ])(
    'while %s is at its long work, the application reads and writes %s',
    async (id, relation, column, file, applied) => {
      await database.freshAfter(applied);
      const slow = 'v_governance_object_containment';
      const definition = await database.sql(`select rtrim(pg_get_viewdef('${slow}'), ';')`);
      await database.sql(`create or replace view ${slow} as select v.* from (${definition}) v
        where pg_advisory_lock_shared(4711)::text is not null`);
      const goOn = await hold('slow-disk', 'select pg_advisory_lock(4711)');
      const tier = database.byMachine(id, file);
      const waits = `select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`;
      await until(async () => ((await database.sql(waits)) === '1' ? true : undefined));
      const write = `update ${relation} set ${column} = ${column} where false`;
      const used = await database.sql(`set lock_timeout = '1s'; ${write}; select count(*) from ${relation}`);
      await goOn();
      const { stderr, exitCode } = await tier;
      expect([used, stderr, exitCode]).toEqual([expect.stringMatching(/^\d+$/), '', 0]);
    },
  );

  it.each(['governance_registry', 'axis_registry', 'v_reconcile_label_orphan'])(
    'a reader of %s stops the undo, which says who it is and keeps everything',
    async (relation) => {
      await database.freshAfter(4);
      const before = await database.dump();
      const release = await hold('idle-reader', `select count(*) from ${relation}`);
      expectRefusal(await database.byMachine('undo', undoFile, { lock_tries: '3' }), /held by .*idle-reader/);
      expect(await database.dump()).toBe(before);
      await release();
      expect((await database.byMachine('undo', undoFile)).stdout).toContain('outcome=undone');
    },
  );

  it('a reader that goes away in time does not stop the undo', async () => {
    await database.freshAfter(4);
    const release = await hold('short-reader', 'select count(*) from governance_registry');
    const undo = database.byMachine('undo', undoFile);
    await sleep(700);
    await release();
    expect((await undo).stdout).toContain('outcome=undone');
  });

  it('a prepared transaction stops tier 3, which says how to end it, though nobody is there', async () => {
    await database.freshAfter(3);
    await database.sql(
      `begin; lock table governance_object_ownership in row exclusive mode; prepare transaction 'it''s late'`,
    );
    expectRefusal(
      await database.byMachine('tier-3', 'prod/30_ownership_seed.sql', { lock_tries: '3' }),
      /no lock on governance_object_ownership .* held by the prepared transaction 'it''s late' \(ROLLBACK PREPARED 'it''s late'\);/,
    );
    await database.sql(`rollback prepared 'it''s late'`);
  });

  it('a writer of governance_object_ownership stops tier 3', async () => {
    await database.freshAfter(3);
    const release = await hold('writer', 'lock table governance_object_ownership in row exclusive mode');
    expectRefusal(
      await database.byMachine('tier-3', 'prod/30_ownership_seed.sql', { lock_tries: '3' }),
      /no lock on governance_object_ownership .*writer/,
    );
    await release();
  });
});

describe('what the application lays in the way after the proof of trust, and before the lock', () => {
  /** Lays the attack on a table that the attacker holds, in the very moment in which a script waits for it. */
  async function laidWhileWaiting(table: string, attack: string, file: string) {
    const release = await hold(
      'attacker',
      `lock table public.${table};
       do $$ begin
         while not exists (select from pg_locks where not granted and relation = 'public.${table}'::regclass) loop
           perform pg_sleep(0.005);
         end loop;
       end $$;
       ${attack}; commit`,
    );
    const result = await database.byHand(file);
    await release();
    return result;
  }

  const scripts = ['prod/10_structure.sql', 'prod/00_preflight.sql', 'runner/fingerprint.sql'];
  const attacks = [
    'create index on public.heir (public.struck(id::text))',
    'alter table public.heir add check (public.struck(id::text))',
  ];
  const each = scripts.flatMap((file) => attacks.map((attack) => [file, attack] as const));

  it.each(each)('%s refuses: %s', async (file, attack) => {
    await database.sql(`create table public.heir () inherits (public.event_outbox); set session authorization directus;
      create function public.struck(text) returns boolean language plpgsql immutable as 'begin return true; end'`);
    const result = await laidWhileWaiting('heir', attack, file);
    expectRefusal(result, /untrusted_code, function public\.struck\(text\) of directus/);
  });

  // Only the proof itself finds these tables, so a tier locks them behind it and has to prove again.
  it.each([
    [
      'a foreign key that hands on deletes',
      'create table public.leech (id bigint references public.governance_object_ownership (id) on delete cascade)',
    ],
    [
      'a trusted trigger that writes through a view',
      `create table public.leech (id bigint); create view public.through as select id from public.leech;
       create function public.trusted() returns trigger language plpgsql as
         $of$ begin insert into public.through values (1); return new; end $of$;
       create trigger trusted after insert on public.governance_object_ownership for each row execute function public.trusted()`,
    ],
  ])('a tier refuses what is laid on a table that it reaches by %s', async (_way, sql) => {
    await database.sql(`${sql}; set session authorization directus;
      create function public.fires() returns trigger language plpgsql as 'begin return old; end'`);
    const attack = `create trigger fires before insert or delete on public.leech for each row execute function public.fires()`;
    const result = await laidWhileWaiting('leech', attack, 'prod/10_structure.sql');
    expectRefusal(result, /untrusted_code, function public\.fires\(\) of directus/);
  });
});

describe('the fence', () => {
  it('ends the forward scripts of its own run and no others', async () => {
    await database.freshAfter(2);
    const ours = await hold(`one-roof/${runId}/tier-3`, 'select 1');
    const undo = await hold(`one-roof/${runId}/undo`, 'select 1');
    const theirs = await hold(`one-roof/${otherRunId}/tier-3`, 'select 1');
    const result = await database.byMachine('fence', 'runner/fence.sql');
    expect(result.stdout).toMatch(
      new RegExp(`^fence run=${runId} terminated=1 remaining=0 stamped=43 state=applying$`, 'm'),
    );
    expect(
      await database.sql(`select string_agg(application_name, ' ' order by application_name) from pg_stat_activity
      where application_name like 'one-roof/%'`),
    ).toBe(`one-roof/${runId}/undo one-roof/${otherRunId}/tier-3`);
    expect(await ours()).toBe(2);
    await undo();
    await theirs();
  });

  it.each([
    [1, 'none', 0],
    [3, 'applying', 43],
    [8, 'released', 43],
  ] as const)('after %s tiers reports state %s', async (count, state, stamped) => {
    await database.freshAfter(count);
    expect((await database.byMachine('fence', 'runner/fence.sql')).stdout).toMatch(
      new RegExp(`^fence run=${runId} terminated=0 remaining=0 stamped=${stamped} state=${state}$`, 'm'),
    );
  });

  it('refuses without a run id', async () => {
    expectRefusal(await database.byMachine('fence', 'runner/fence.sql', { run_id: '' }), /run_id ''/);
  });
});
