import {
  baselineLine,
  expectRefusal,
  otherRunId,
  perTierFile,
  ReleaseDatabase,
  runId,
  tiers,
  undoFile,
  undoneLine,
} from './release-database.ts';
import { until } from '../until.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());

const undo = (variables: Record<string, string> = {}) => database.byMachine('undo', undoFile, variables);

describe('the full rollback', () => {
  it.each([2, 3, 4, 5, 6, 7])(
    'after the first %s tiers gives back the very same database, sequence included',
    async (count) => {
      await database.freshAfter(count);
      const result = await undo();
      expect(result.stdout).toMatch(undoneLine);
      expect(result.stdout).toContain(baselineLine);
      expect(await database.dump()).toBe(await database.baseline());
    },
  );

  /** Prepared before the release: makes one tier fail, and lets the gate pass. */
  const sabotage = (tag: string, body: string): string => `
    create function sabotage() returns event_trigger language plpgsql as $$ begin ${body} end $$;
    create event trigger sabotage on ddl_command_end when tag in ('${tag}') execute function sabotage();`;
  const whenCreated = (table: string, check: string): string =>
    sabotage(
      'CREATE TABLE',
      `if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.${table}') then
        alter table public.${table} add constraint sabotage check (${check}); end if;`,
    );
  const failures: [number, string][] = [
    [1, sabotage('CREATE VIEW', `raise exception 'no views today';`)],
    [2, whenCreated('axis_registry', `axis_code <> 'responsibility'`)],
    [
      3,
      `create function no_seed() returns trigger language plpgsql as $$ begin raise exception 'no seed today'; end $$;
      create trigger no_seed after insert on governance_object_ownership for each row execute function no_seed();`,
    ],
    [4, whenCreated('axis_registry', `axis_code <> 'containment'`)],
    [5, whenCreated('axis_registry', `axis_code <> 'topic'`)],
    [6, whenCreated('governance_scan_run', `actor is null`)],
    [
      7,
      sabotage(
        'COMMENT',
        `if obj_description('public.axis_assignment'::regclass) like '%state=released%' then raise exception 'no seal today'; end if;`,
      ),
    ],
  ];
  it.each(failures)(
    'after a failure in the tier at place %s gives back the very same database',
    async (place, prepare) => {
      await database.fresh();
      await database.sql(prepare);
      const before = await database.dump();
      await database.apply(place);
      const [id, file, proof] = tiers[place] ?? tiers[0];
      const failed = await database.byMachine(`tier-${id}`, file);
      expect(failed.exitCode).toBe(3);
      expect(failed.stdout).not.toMatch(proof);
      expect((await undo()).exitCode).toBe(0);
      expect(await database.dump()).toBe(before);
    },
  );

  const position = 'select last_value, is_called from governance_object_ownership_id_seq';

  it('the numbers that a failed tier 3 drew are given back by itself', async () => {
    await database.fresh();
    await database.sql(`create function late() returns trigger language plpgsql as $$ begin raise exception 'too late'; end $$;
      create constraint trigger late after insert on governance_object_ownership deferrable initially deferred for each row execute function late()`);
    const before = await database.dump();
    await database.apply(3);
    const drawn = await database.sql(position);
    expect((await database.byMachine('tier-3', 'prod/30_ownership_seed.sql')).exitCode).toBe(3);
    expect(await database.sql(position)).toBe(drawn);
    expect((await undo()).stdout).toMatch(undoneLine);
    expect(await database.dump()).toBe(before);
  });

  it.each([
    ['before the rows of the release', 3],
    ['behind them', 4],
  ])(
    'leaves the sequence where it stands if somebody drew a number %s, which would be handed out twice',
    async (_, tiers) => {
      await database.freshAfter(tiers);
      await database.sql(`select nextval('governance_object_ownership_id_seq')`);
      if (tiers === 3) await database.apply(4, 3);
      const drawn = await database.sql(position);
      expect((await undo()).stdout).toMatch(undoneLine);
      expect(await database.sql(position)).toBe(drawn);
    },
  );

  it('nor does the rollback of the one tier put it back then', async () => {
    await database.freshAfter(4);
    await database.sql(`select nextval('governance_object_ownership_id_seq')`);
    const drawn = await database.sql(position);
    expect((await database.byMachine('undo', perTierFile, { tier: '3' })).stdout).toMatch(/^tier 3 rolled back$/m);
    expect(await database.sql(position)).toBe(drawn);
  });

  it('puts a sequence back that hands out blocks of numbers, in steps of two', async () => {
    await database.fresh();
    await database.sql('alter sequence governance_object_ownership_id_seq increment 2 cache 8');
    const before = await database.dump();
    await database.apply(4);
    await undo();
    expect(await database.dump()).toBe(before);
  });

  it('restores a sequence that was never called as never called', async () => {
    await database.fresh();
    await database.sql(`select setval('governance_object_ownership_id_seq', 1, false)`);
    const before = await database.dump();
    await database.apply(4);
    await undo();
    expect(await database.dump()).toBe(before);
  });

  it('twice is as good as once, and without anything to undo it says so', async () => {
    await database.freshAfter(5);
    await undo();
    const before = await database.dump();
    const again = await undo();
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toMatch(
      new RegExp(`^rollback outcome=nothing_to_undo run=${runId} objects=0 ownership=0 gap=210 axis=absent$`, 'm'),
    );
    expect(again.stdout).toContain(baselineLine);
    expect((await database.byHand(undoFile)).stdout).toContain(baselineLine);
    expect(await database.dump()).toBe(before);
  });

  it('apply, roll back, apply again ends released', async () => {
    await database.freshAfter(6);
    await undo();
    await database.apply(8, 0, otherRunId);
    expect(await database.sql(`select min(id), count(*) from governance_object_ownership`)).toBe('65|30');
  });

  it('leaves the objects of another run alone', async () => {
    await database.freshAfter(4);
    const before = await database.dump();
    expect((await undo({ run_id: otherRunId })).stdout).toMatch(
      new RegExp(`^rollback outcome=nothing_to_undo run=${otherRunId} `, 'm'),
    );
    expect(await database.dump()).toBe(before);
  });

  it('takes no lock when there is nothing to undo', async () => {
    await database.fresh();
    const reader = database.sql(
      'begin; lock table governance_registry in access exclusive mode; select pg_sleep(600); commit;',
    );
    const ended = expect(reader).rejects.toThrow(/terminat/);
    const holder = "select pid from pg_locks where relation = 'governance_registry'::regclass and granted";
    await until(async () => ((await database.sql(holder)) === '' ? undefined : true));
    expect((await undo({ run_id: otherRunId })).exitCode).toBe(0);
    expect(await database.sql(holder)).not.toBe('');
    await database.sql(`select pg_terminate_backend(pid) from (${holder}) held`);
    await ended;
  });

  it('touches nothing of a sealed release, unless the operator names it', async () => {
    await database.freshAfter(8);
    const sealed = await database.dump();
    expect((await undo()).stdout).toMatch(
      new RegExp(`^rollback outcome=already_released run=${runId} objects=0 ownership=30 gap=0 axis=present$`, 'm'),
    );
    expect((await undo({ undo_released: otherRunId })).stdout).toContain('outcome=already_released');
    expect(await database.dump()).toBe(sealed);
    expect((await undo({ undo_released: runId })).stdout).toMatch(undoneLine);
    expect(await database.dump()).toBe(await database.baseline());
  });

  it('refuses another database', async () => {
    await database.fresh('other');
    expectRefusal(await database.byHand(undoFile, {}, { database: 'other' }), /other is not production directus/);
  });

  const obstacles: [string, string, RegExp][] = [
    [
      'a view on ours',
      'create view report as select * from v_ui_lane',
      /objects that are not ours depend on this release: .*report/,
    ],
    [
      'a foreign key to ours',
      'create table note (axis text references axis_registry)',
      /objects that are not ours depend on this release: .*note/,
    ],
    [
      'a column of the row type of ours',
      'create table note (lane v_ui_lane, axes axis_registry[])',
      /objects that are not ours depend on this release: table public.note, /,
    ],
    [
      'a function, a domain and a type made of the row types of ours',
      `create function tell(axis_registry) returns text language sql as $$ select '' $$;
       create domain lane as v_ui_lane check ((value).lane is not null); create type pair as (a axis_value, b axis_value)`,
      /objects that are not ours depend on this release: composite type public.pair, function public.tell\(public.axis_registry\), type public.lane, /,
    ],
    [
      'a table that inherits from ours',
      'create table child () inherits (axis_candidate_finding)',
      /objects that are not ours depend on this release: table public.child, /,
    ],
    [
      'rows in our tables',
      `insert into axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, created_by)
      values ('mine', 'Mine', 'label', 'system', 'x', 'somebody')`,
      /rows in our tables that run 0123456789ab did not write: 1 axis_registry/,
    ],
    [
      "a stranger's ownership row",
      `insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code, created_by)
      values ('collection', 'agents', 'audit', 'accountable', 'GOV-SIV', 'somebody')`,
      /governance_object_ownership has 1 rows that run 0123456789ab did not write/,
    ],
    [
      'a seed row changed since',
      `update governance_object_ownership set owner_gov_code = 'GOV-SIV', updated_by = 'somebody' where object_ref = 'GRP-AI' and scope = 'audit'`,
      /1 seed rows of run 0123456789ab were changed since/,
    ],
    ['an object that lost our stamp', 'comment on view v_ui_lane is null', /not run 0123456789ab's: v_ui_lane/],
    ['a scan by somebody else', `select fn_governance_scan('somebody', 'manual')`, /1 governance_scan_run/],
  ];
  it.each(obstacles)('refuses %s, and drops nothing', async (_what, change, message) => {
    await database.freshAfter(7);
    await database.sql(change);
    const before = await database.dump();
    expectRefusal(await undo(), message);
    expect(await database.dump()).toBe(before);
  });

  it('loses changed seed rows only for an operator who names the run', async () => {
    await database.freshAfter(5);
    await database.sql(
      `update governance_object_ownership set lifecycle_status = 'revoked' where object_ref = 'GRP-AI'`,
    );
    expectRefusal(await undo({ override_changed_rows: otherRunId }), /6 seed rows/);
    expect((await undo({ override_changed_rows: runId })).stdout).toMatch(undoneLine);
    expect(await database.dump()).toBe(await database.baseline());
  });

  /** What people fill in or correct; each alone is a change that must not be lost unasked. */
  const corrections = [
    `owner_gov_code = 'GOV-SIV'`,
    `effective_from = effective_from - interval '1 day'`,
    `effective_to = now() + interval '1 day'`,
    `source_law_ref = 'NRM-LAW-37'`,
    `source_design_ref = 'another design'`,
    `source_design_ref = null`,
    `source_law_ref = source_design_ref, source_design_ref = null`,
    `supersedes_id = (select min(id) from governance_object_ownership)`,
    `updated_by = 'somebody'`,
  ];
  it.each(corrections)(
    'sees that somebody set %s in a seed row, as the rollback of tier 3 does',
    async (correction) => {
      await database.freshAfter(4);
      await database.sql(
        `update governance_object_ownership set ${correction} where object_ref = 'GRP-AI' and scope = 'audit'`,
      );
      const message = new RegExp(`1 seed rows of run ${runId} were changed since`);
      expectRefusal(await undo(), message);
      expectRefusal(await database.byMachine('undo', perTierFile, { tier: '3' }), message);
      expect(await database.sql('select count(*) from governance_object_ownership')).toBe('30');
    },
  );

  it('sees no change where there is none, whatever time zone and date style a session has', async () => {
    await database.freshAfter(3);
    const there = { environment: { PGTZ: 'Asia/Tokyo', PGDATESTYLE: 'German' } };
    const seed = await database.byHand('prod/30_ownership_seed.sql', { run_id: runId }, there);
    expect(seed.stdout).toMatch(/^new=30 gap=0 conflict=0$/m);
    expect((await database.byMachine('undo', perTierFile, { tier: '3' })).stdout).toMatch(/^tier 3 rolled back$/m);
    await database.apply(4, 3);
    expect((await database.byHand(undoFile, { run_id: runId }, there)).stdout).toMatch(undoneLine);
  });
});
