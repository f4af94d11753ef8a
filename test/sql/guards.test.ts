import { runPsql } from '../../local/postgres/psql.ts';
import {
  expectRefusal,
  otherRunId,
  packageText,
  ratifiedApr,
  ReleaseDatabase,
  runId,
  tiers,
} from './release-database.ts';

let database: ReleaseDatabase;
beforeAll(async () => {
  database = await ReleaseDatabase.start();
});
afterAll(async () => database.stop());

const mutatingTiers = tiers.slice(1);
const apply = (id: string, file: string, variables: Record<string, string> = {}) =>
  database.byMachine(`tier-${id}`, file, variables);

describe('hard gate 1: only the database directus', () => {
  it('preflight and every tier refuse another database, which stays as it was', async () => {
    await database.fresh('other');
    for (const [, file] of tiers) {
      expectRefusal(await database.byHand(file, {}, { database: 'other' }), /other is not production directus/);
    }
    expect(await database.dump('other')).toBe(await database.baseline());
  });
});

describe('hard gate 2: no release without the signature and a ratified approval request', () => {
  it('preflight and every tier by itself refuse at ospa=0', async () => {
    await database.fresh();
    await database.sql('delete from os_proposal_approvals');
    const before = await database.dump();
    expectRefusal(
      await apply('0', 'prod/00_preflight.sql'),
      /ratification gate not met \(os_proposal_approvals=0, expected at least 1\)/,
    );
    expectRefusal(await apply('1', 'prod/10_structure.sql'), /os_proposal_approvals=0/);
    expect(await database.dump()).toBe(before);
  });

  it('every later tier refuses when the signature is withdrawn after the tier before it', async () => {
    await database.fresh();
    for (const [index, [id, file, proof]] of mutatingTiers.entries()) {
      await database.sql('create table kept as table os_proposal_approvals; delete from os_proposal_approvals');
      expectRefusal(await apply(id, file), /os_proposal_approvals=0/);
      await database.sql('insert into os_proposal_approvals table kept; drop table kept');
      if (index < mutatingTiers.length - 1) expect((await apply(id, file)).stdout).toMatch(proof);
    }
  });

  const badCodes: [string, RegExp][] = [
    ['', /ratified_apr is missing or empty/],
    ["x'; drop table taxonomy; --", /is not the code of an approval request/],
    ['apr-boot-authmodel-1', /is not the code/],
    [`APR-${'A'.repeat(70)}`, /is not the code/],
    ['APR-NOT-THERE-1', /found 0 times, expected 1/],
  ];
  it('an APR that is missing, malformed or unknown is refused by preflight, tier 1 and tier 3, and nothing is touched', async () => {
    await database.fresh();
    for (const [code, message] of badCodes) {
      expectRefusal(await apply('0', 'prod/00_preflight.sql', { ratified_apr: code }), message);
      expectRefusal(await apply('1', 'prod/10_structure.sql', { ratified_apr: code }), message);
    }
    expect(await database.dump()).toBe(await database.baseline());
    await database.freshAfter(3);
    for (const [code, message] of badCodes) {
      expectRefusal(await apply('3', 'prod/30_ownership_seed.sql', { ratified_apr: code }), message);
    }
    expect(await database.sql('select last_value from governance_object_ownership_id_seq')).toBe('64');
  });

  const badRequests: [string, string, RegExp][] = [
    ['pending', "status = 'pending'", /has status pending, expected approved or applied/],
    ['of the wrong type', "request_type = 'data_change'", /is of type data_change/],
    ['of the wrong action', "action = 'add'", /with action add, expected constitutional_ratification with modify/],
  ];
  it.each(badRequests)('a request that is %s is refused', async (_what, change, message) => {
    await database.fresh();
    await database.sql(
      `set session_replication_role = replica; update approval_requests set ${change} where code = 'APR-BOOT-AUTHMODEL-1'`,
    );
    expectRefusal(await apply('0', 'prod/00_preflight.sql'), message);
    expectRefusal(await apply('1', 'prod/10_structure.sql'), message);
    expect(await database.sql(`select to_regclass('axis_registry') is null`)).toBe('t');
  });
});

describe('hard gate 3: preflight refuses a moved baseline and names the number that moved', () => {
  const drifts: [string, string, RegExp][] = [
    ['a missing view', 'drop view v_object_owner_conflict', /prerequisite views missing \(v_object_owner_conflict\)/],
    [
      'one more born collection',
      `update collection_registry set governance_role = 'governed', coverage_status = 'BIRTH_REQUIRED', "group" = 'GRP-AI'
      where collection_name = (select min(collection_name) from collection_registry where governance_role <> 'governed')`,
      /gap 216 = 36 inventory rows x 6 active scopes \(expected 35 x 6\); collections this package does not know: \w+/,
    ],
    [
      'a seventh scope',
      "insert into governance_responsibility_scope (scope_code) values ('billing')",
      /gap 245 = 35 inventory rows x 7 active scopes \(expected 35 x 6\); scopes this package does not know: billing/,
    ],
    [
      'an ownership row',
      `insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      values ('collection', 'agents', 'audit', 'accountable', 'GOV-SIV')`,
      /governance_object_ownership has 1 rows, expected 0/,
    ],
    [
      'a governance event in the outbox',
      `set session_replication_role = replica; update event_outbox set event_domain = 'governance'
      where id = (select id from event_outbox limit 1)`,
      /event_outbox holds 1 governance events, expected 0/,
    ],
    [
      'an active governance event type',
      `update event_type_registry set active = true where event_domain = 'governance' and event_type = 'handoff.object_born'`,
      /1 governance event types are active, expected 0/,
    ],
    [
      'an orphaned label',
      "update entity_labels set label_code = 'LBL-NOWHERE' where id = (select min(id) from entity_labels)",
      /1 label codes in entity_labels are absent from taxonomy/,
    ],
  ];
  it.each(drifts)('%s', async (_what, change, message) => {
    await database.fresh();
    await database.sql(change);
    const before = await database.dump();
    expectRefusal(await apply('0', 'prod/00_preflight.sql'), message);
    expect(await database.dump()).toBe(before);
  });

  it('all that is wrong is said at once', async () => {
    await database.fresh();
    await database.sql(
      `delete from os_proposal_approvals; insert into governance_responsibility_scope (scope_code) values ('billing')`,
    );
    const result = await apply('0', 'prod/00_preflight.sql');
    expect(result.stderr.match(/REFUSING: /g)).toHaveLength(2);
  });

  it('a conflict is refused, even when the unique index is gone', async () => {
    await database.fresh();
    await database.sql(`drop index uq_gov_obj_accountable; insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      select 'collection', 'agents', 'audit', 'accountable', unnest(array['GOV-SIV', 'GOV-DOT'])`);
    expectRefusal(await apply('0', 'prod/00_preflight.sql'), /v_object_owner_conflict has 1 rows, expected 0/);
  });

  it('tier 3 counts again under its own lock', async () => {
    await database.freshAfter(3);
    await database.sql(`insert into governance_responsibility_scope (scope_code) values ('billing')`);
    expectRefusal(
      await apply('3', 'prod/30_ownership_seed.sql'),
      /gap 245 = 35 inventory rows x 7 active scopes, expected gap 210/,
    );
    await database.sql(`delete from governance_responsibility_scope where scope_code = 'billing';
      insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code) values ('group', 'X', 'audit', 'accountable', 'GOV-SIV')`);
    expectRefusal(await apply('3', 'prod/30_ownership_seed.sql'), /has 1 rows, expected 0/);
  });
});

describe('hard gate 4: greenfield only, by exact names', () => {
  const leftovers: [string, string][] = [
    ["a stranger's table", 'create table axis_registry (domain text)'],
    ["a stranger's view", 'create view v_ui_lane as select 1 as x'],
    ["a table under a view's name", 'create table v_drift_finding (x int)'],
    [
      'a function of the name with other arguments',
      'create function fn_governance_scan() returns int language sql as $$ select 1 $$',
    ],
  ];
  it.each(leftovers)('%s is refused and stays', async (_what, create) => {
    await database.fresh();
    await database.sql(create);
    const before = await database.dump();
    expectRefusal(await apply('0', 'prod/00_preflight.sql'), /axis substrate already present \(1 objects/);
    expectRefusal(await apply('1', 'prod/10_structure.sql'), /axis substrate already present \(1 objects/);
    expect((await database.byMachine('undo', 'prod_rollback/99_rollback_full.sql')).stdout).toMatch(
      /^rollback outcome=nothing_to_undo /m,
    );
    expect(await database.dump()).toBe(before);
  });

  it('the look-alikes iu_three_axis_envelope* fool nobody', async () => {
    await database.fresh();
    expect(
      Number(await database.sql(`select count(*) from pg_class where relname like 'iu_three_axis_envelope%'`)),
    ).toBeGreaterThan(0);
    expect((await apply('0', 'prod/00_preflight.sql')).stdout).toContain('axis=absent');
  });

  it('a tier applied twice is refused', async () => {
    await database.freshAfter(7);
    for (const [id, file] of mutatingTiers.slice(0, 6))
      expectRefusal(await apply(id, file), /already present|already recorded|has 30 rows/);
  });
});

describe('hard gate 5: in order, each tier asserting its own end state', () => {
  it('a tier out of order is refused', async () => {
    await database.fresh();
    for (const [id, file] of mutatingTiers.slice(1)) expectRefusal(await apply(id, file), /0 release objects present/);
    await database.freshAfter(2);
    expectRefusal(await apply('4', 'prod/40_containment.sql'), /gap is 210, expected 0 after tier 3/);
    expectRefusal(await apply('5', 'prod/50_topic_finalization.sql'), /containment axes found 0/);
    expectRefusal(await apply('6', 'prod/60_scanner_baseline.sql'), /active topic axes found 0/);
    expectRefusal(
      await apply('8', 'prod/90_verify.sql'),
      /resp_ownership_gap=210 \(expected 0\).*ownership=0 \(expected 30\)/,
    );
  });

  it('tiers of another run are refused, and a sealed release too', async () => {
    await database.freshAfter(2);
    expectRefusal(
      await apply('2', 'prod/20_responsibility_axis.sql', { run_id: otherRunId }),
      new RegExp(`0 of them with the stamp of run ${otherRunId}`),
    );
    await database.freshAfter(8);
    expectRefusal(
      await apply('2', 'prod/20_responsibility_axis.sql'),
      /43 of 43 release objects are sealed as released/,
    );
  });

  it('a lost stamp is a stranger', async () => {
    await database.freshAfter(2);
    await database.sql('comment on view v_ui_lane is null');
    expectRefusal(await apply('2', 'prod/20_responsibility_axis.sql'), /42 of them with the stamp.*1 carry no stamp/);
  });

  it('tier 8 refuses an end state that moved, and does not seal it', async () => {
    await database.freshAfter(7);
    await database.sql(`update axis_value set status = 'candidate' where value_code = 'kg-domain-x'`);
    expectRefusal(await apply('8', 'prod/90_verify.sql'), /kg_domain_x=candidate \(expected active\)/);
    expect(await database.sql(`select obj_description('axis_registry'::regclass) like '%state=applying%'`)).toBe('t');
  });

  it('tier 2 does not call figures equal that are not: without its line it counts as unproven', async () => {
    await database.freshAfter(2);
    const { exitCode, stdout } = await runPsql(database.server, {
      database: 'directus',
      bare: true,
      sql: packageText('prod/20_responsibility_axis.sql').replace('as canonical) figures', '+ 1 as canonical) figures'),
      variables: { run_id: runId, ratified_apr: ratifiedApr },
    });
    expect([exitCode, stdout]).toEqual([0, '']);
  });

  it('tier 8 does not seal a release whose scan never ran, never ended, or was of somebody else', async () => {
    await database.freshAfter(6);
    const verify = () => apply('8', 'prod/90_verify.sql');
    expectRefusal(await verify(), new RegExp(`0 finished scans of run ${runId} recorded, expected 1`));
    await database.sql(`select fn_governance_scan('somebody', 'manual')`);
    expectRefusal(await verify(), /0 finished scans/);
    await database.sql(
      `select fn_governance_scan('one-roof/${runId}', 'baseline'); update governance_scan_run set finished_at = null`,
    );
    expectRefusal(await verify(), /0 finished scans/);
    await database.sql('update governance_scan_run set finished_at = now()');
    expect((await verify()).stdout).toMatch(/^TIER 8 VERIFY PASS$/m);
  });

  it('tier 4 finds a collection without a group, and one in a group that the plan does not know', async () => {
    await database.freshAfter(4);
    await database.sql(`update collection_registry set "group" = 'GRP-ISLAND' where collection_name = 'agents';
      insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      select 'collection', 'agents', scope_code, 'accountable', 'GOV-SIV' from governance_responsibility_scope`);
    expectRefusal(
      await apply('4', 'prod/40_containment.sql'),
      /collections outside the planned groups: agents \(GRP-ISLAND\)/,
    );
  });
});

describe('hard gate 6: the first failure stops everything', () => {
  it('99_run_all ends with 3 at the failing tier and applies none after it', async () => {
    await database.fresh();
    await database.sql(`create function no_seed() returns trigger language plpgsql as $$ begin raise exception 'no seed today'; end $$;
      create trigger no_seed before insert on governance_object_ownership for each row execute function no_seed()`);
    const result = await database.byHand('prod/99_run_all.sql');
    expect(result.exitCode).toBe(3);
    expect(result.stderr).toContain('no seed today');
    expect(result.stdout).toContain('zero drift');
    expect(result.stdout).not.toContain('ROLLOUT COMPLETE');
    expect(await database.sql(`select count(*) from axis_registry where axis_code <> 'responsibility'`)).toBe('0');
  });
});

describe('hard gate 7 and 8: nothing is emitted, and nothing is written that the plan does not name', () => {
  it('outbox and issues are untouched, events are only logged', async () => {
    await database.fresh();
    const counts = 'select (select count(*) from event_outbox), (select count(*) from system_issues)';
    const before = await database.sql(counts);
    await database.apply(8);
    expect(await database.sql(counts)).toBe(before);
    expect(
      await database.sql(`select count(*) > 0, bool_or(emitted), min(blocked_reason) from governance_event_log`),
    ).toBe('t|f|event_type_inactive (governance disabled)');
  });

  const altered = (statement: string, writes = "'axis_registry,axis_value,coverage_rule'") =>
    runPsql(database.server, {
      database: 'directus',
      bare: true,
      sql: packageText('prod/20_responsibility_axis.sql')
        .replace(/^\\set writes .*$/m, `\\set writes ${writes}`)
        .replace(/^set constraints all immediate;$/m, `${statement};\n$&`),
      variables: { run_id: runId, ratified_apr: ratifiedApr },
    });

  it.each([
    [
      'updates rows of a relation that the plan only reads',
      "update public.taxonomy set name = name || '!'",
      'taxonomy',
    ],
    [
      'inserts into one',
      "insert into public.taxonomy_facets (code, name, cardinality) values ('x', 'x', 'single')",
      'taxonomy_facets',
    ],
    [
      'updates a relation that the plan only locks',
      'update public.governance_registry set name = name',
      'governance_registry',
    ],
  ])(
    'a tier that %s is refused, though it says so itself: no rollback could be proven',
    async (_what, sql, relation) => {
      await database.freshAfter(2);
      const result = await altered(sql, `'axis_registry,axis_value,coverage_rule,${relation}'`);
      expectRefusal(
        result,
        new RegExp(
          `wrote to public\\.${relation} \\(\\d+ rows\\) that release.json neither creates nor names as written`,
        ),
      );
    },
  );

  it.each([
    ['changes', 'update public.trigger_guard_alerts set command_tag = command_tag'],
    ['deletes', 'delete from public.trigger_guard_alerts'],
  ])('a tier that %s rows where the plan only inserts is refused', async (_what, sql) => {
    await database.freshAfter(2);
    await database.sql(
      `insert into trigger_guard_alerts (command_tag, object_type, object_identity) values ('x', 'y', 'z')`,
    );
    const result = await altered(sql, "'axis_registry,axis_value,coverage_rule,trigger_guard_alerts'");
    expectRefusal(result, /trigger_guard_alerts \(1 rows\) and changed some, where release.json only inserts/);
  });

  it.each([
    ['acts at once', 'create trigger spy after insert on governance_object_ownership for each statement', 1],
    [
      'waits for COMMIT',
      'create constraint trigger spy after insert on governance_object_ownership deferrable initially deferred for each row',
      30,
    ],
  ])('a trigger that writes elsewhere and %s is found before COMMIT', async (_what, trigger, rows) => {
    await database.freshAfter(3);
    await database.sql(`create table spy (at timestamptz);
      create function spy() returns trigger language plpgsql as $$ begin insert into public.spy values (now()); return new; end $$;
      ${trigger} execute function spy()`);
    expectRefusal(
      await apply('3', 'prod/30_ownership_seed.sql'),
      new RegExp(`wrote to public\\.spy \\(${rows} rows\\) beyond the planned relations`),
    );
    expect(await database.sql('select count(*) from governance_object_ownership')).toBe('0');
  });

  it.each([
    ['a default', `alter updated_by set default 'somebody'`],
    ['the type of a column', 'alter effective_from type date'],
  ])('seed rows that %s alters are refused: the rollback would take that for a change', async (_what, change) => {
    await database.freshAfter(3);
    await database.sql(`alter table governance_object_ownership ${change}`);
    expectRefusal(await apply('3', 'prod/30_ownership_seed.sql'), /30 seed rows are not stored as they were written/);
    expect(await database.sql('select count(*) from governance_object_ownership')).toBe('0');
  });

  it('an event type activated after preflight stops the scan', async () => {
    await database.freshAfter(6);
    await database.sql(`update event_type_registry set active = true where event_domain = 'governance'`);
    expectRefusal(await apply('6', 'prod/60_scanner_baseline.sql'), /5 governance event types are active/);
  });

  it('read-only scripts are given no transaction id', async () => {
    await database.fresh();
    const before = await database.sql('select pg_current_snapshot()::text');
    for (const file of [
      'prod/00_preflight.sql',
      'gate_monitor/gate_check.sql',
      'gate_monitor/apr_check.sql',
      'prod_verify/baseline_probe.sql',
      'runner/fingerprint.sql',
    ]) {
      expect((await database.byMachine('read', file)).exitCode).toBe(0);
    }
    expect(await database.sql('select pg_current_snapshot()::text')).toBe(before);
  });
});

describe('what a script demands of its session', () => {
  it('a proven COMMIT outlives a crash of the server also where the database has synchronous_commit off', async () => {
    await database.fresh();
    const seen = async (configured: string) => {
      await database.sql(`alter database directus set synchronous_commit = ${configured}`);
      const { stdout } = await runPsql(database.server, {
        database: 'directus',
        bare: true,
        sql: `${packageText('runner/session.sql')}show synchronous_commit;`,
      });
      return stdout.trim();
    };
    expect(await seen('off')).toBe('on');
    expect(await seen('remote_apply')).toBe('remote_apply');
  });
});

describe('start-by', () => {
  it('a command that starts too late refuses to begin', async () => {
    await database.fresh();
    const result = await apply('1', 'prod/10_structure.sql', { start_by: new Date(Date.now() - 1500).toISOString() });
    expectRefusal(result, /start-by .* has passed by \d{4,} ms/);
    expect(await database.sql(`select to_regclass('axis_registry') is null`)).toBe('t');
  });

  it('a start-by or mode that makes no sense is refused', async () => {
    await database.fresh();
    expectRefusal(await apply('1', 'prod/10_structure.sql', { start_by: 'tomorrow' }), /start_by 'tomorrow'/);
    expectRefusal(
      await apply('1', 'prod/10_structure.sql', { mutating: 'maybe' }),
      /mutating 'maybe', expected on or off/,
    );
    expectRefusal(await apply('1', 'prod/10_structure.sql', { run_id: `${runId}x` }), /run_id '0123456789abx'/);
  });
});
