import { runPsql } from '../../../local/postgres/psql.ts';
import { startPostgres, type PostgresServer } from '../../../local/postgres/server.ts';
import { buildDirectus } from '../../../local/directus/build.ts';
import { ownerMap } from '../../../local/directus/owner-map.ts';

/** One accountable anchor for each group and scope, as a release seeds them. */
const seed = (map: string): string => `
  insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code, is_inherited_anchor)
  select 'group', split_part(pair, '=', 1), scope_code, 'accountable', split_part(pair, '=', 2), true
  from unnest(string_to_array('${map}', ',')) as pair, governance_responsibility_scope where status = 'active';`;
const gap = 'select count(*) from v_object_owner_gap;';

describe('the fixture at work', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
    await buildDirectus(server);
  });
  afterAll(() => server.stop());

  /** Runs SQL in a transaction that is undone; answers what it printed, one value a line. */
  const attempt = async (sql: string, database = 'directus') => {
    const result = await runPsql(server, { database, bare: true, sql: `begin; ${sql} rollback;` });
    return { ...result, lines: result.stdout.trim().split('\n') };
  };

  test('the 30 anchors close the gap and give 240 owners in the stated split', async () => {
    const { lines, stderr } = await attempt(`${seed(ownerMap())} ${gap}
      select string_agg(owner_gov_code || '=' || n, ' ' order by owner_gov_code)
        from (select owner_gov_code, count(*) as n from v_object_effective_owner group by 1) as split;
      select string_agg(resolution || depth || '=' || n, ' ' order by depth)
        from (select resolution, depth, count(*) as n from v_object_effective_owner group by 1, 2) as split;
      select count(*) from v_object_owner_conflict;`);
    expect(stderr).toBe('');
    expect(lines).toEqual([
      '0',
      'GOV-COUNCIL=102 GOV-DOT=30 GOV-KG-SYS=90 GOV-MOIT=18',
      'direct0=30 inherited1=210',
      '0',
    ]);
  });

  test('the gap closes group by group: 210, 114, 30, 0', async () => {
    const [governance, registry, ...others] = ownerMap().split(',');
    const { lines } = await attempt(
      [gap, seed(governance ?? ''), gap, seed(registry ?? ''), gap, seed(others.join(',')), gap].join('\n'),
    );
    expect(lines).toEqual(['210', '114', '30', '0']);
  });

  test('an own row beats the inherited one, and a row without the anchor flag is not inherited', async () => {
    const { lines } = await attempt(`${seed(ownerMap())}
      insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code)
      values ('collection', 'agents', 'audit', 'accountable', 'GOV-SIV');
      select owner_gov_code, resolution, depth, source_anchor_type, source_anchor_ref from v_object_effective_owner
      where object_ref = 'agents' and scope = 'audit';
      select count(*) from v_object_owner_conflict;
      delete from governance_object_ownership where object_ref = 'agents';
      update governance_object_ownership set is_inherited_anchor = false where object_ref = 'GRP-AI'; ${gap}`);
    expect(lines).toEqual(['GOV-SIV|direct|0|collection|agents', '0', '6']);
  });

  test('a 36th born collection makes the gap 216, a seventh scope 245', async () => {
    const { lines } = await attempt(`
      savepoint clean;
      insert into collection_registry (code, collection_name, "group", governance_role, coverage_status)
      values ('COL-X', 'newcomer', 'GRP-AI', 'governed', 'BIRTH_REQUIRED'); ${gap}
      rollback to clean;
      insert into governance_responsibility_scope (scope_code) values ('seventh'); ${gap}`);
    expect(lines).toEqual(['216', '245']);
  });

  const row = (values: string, columns = ''): string =>
    `insert into governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code${columns}) values (${values});`;
  test.each([
    [
      'a second accountable owner',
      row(`'group', 'g', 'audit', 'accountable', 'GOV-DOT'`).repeat(2),
      'uq_gov_obj_accountable',
    ],
    ['a phantom owner', row(`'group', 'g', 'audit', 'accountable', 'GOV-NOPE'`), 'owner_gov_code_fkey'],
    ['a bad scope', row(`'group', 'g', 'not_a_scope', 'accountable', 'GOV-DOT'`), 'scope_fkey'],
    ['a bad kind', row(`'group', 'g', 'audit', 'overlord', 'GOV-DOT'`), 'chk_owner_kind'],
    ['delegation without an end', row(`'group', 'g', 'audit', 'delegated', 'GOV-DOT'`), 'chk_delegated_ttl'],
    [
      'a bad life cycle',
      row(`'group', 'g', 'audit', 'accountable', 'GOV-DOT', 'pending'`, ', lifecycle_status'),
      'chk_lifecycle_status',
    ],
  ])('ownership refuses %s', async (_name, sql, constraint) => {
    expect((await attempt(sql)).stderr).toContain(constraint);
  });

  const event = (domain: string, type: string, stream: string, lane: string): string =>
    `insert into event_outbox (event_domain, event_type, event_stream, delivery_lane, canonical_address)
     values ('${domain}', '${type}', '${stream}', '${lane}', 'iu://x');`;
  test.each([
    ['an unknown type', event('governance', 'nope', 'x', 'x'), 'is unknown'],
    ['an inactive type', event('governance', 'coverage.scan_completed', 'x', 'x'), 'is inactive'],
    ['the wrong stream', event('task', 'task.created', 'alert', 'x'), 'belongs to stream'],
    ['the wrong lane', event('task', 'task.created', 'birth', 'immediate'), 'belongs to lane'],
    ['no address', event('task', 'task.created', 'birth', 'delayed').replace(`'iu://x'`, 'null'), 'canonical_address'],
  ])('the outbox refuses %s', async (_name, sql, reason) => {
    expect((await attempt(sql)).stderr).toContain(reason);
  });

  test('trigger DDL is logged with a warning, table DDL is not, foreign keys included', async () => {
    const { lines, stderr } = await attempt(`
      create table with_keys (owner text references governance_registry (code)); drop table with_keys;
      select count(*) from trigger_guard_alerts;
      create trigger probe after insert on tasks for each row execute function fn_observe_change(); drop trigger probe on tasks;
      select string_agg(command_tag, ' ' order by id) from trigger_guard_alerts;`);
    expect(lines).toEqual(['0', 'CREATE TRIGGER DROP TRIGGER']);
    expect(stderr).toContain('trigger guard: CREATE TRIGGER');
  });

  test('a quorum needs a president, two of the council, no reject and an action code', async () => {
    const { lines } = await attempt(
      `select string_agg(code || '=' || quorum_passed(code), ' ' order by code) from approval_requests where code like 'APR-BOOT-AUTHMODEL-_'
       and id in (1, 3, 5); select valid_sovereign_esign('APR-BOOT-AUTHMODEL-1'), valid_sovereign_esign('APR-BOOT-AUTHMODEL-2');`,
    );
    expect(lines).toEqual(['APR-BOOT-AUTHMODEL-1=false APR-BOOT-AUTHMODEL-3=false APR-BOOT-AUTHMODEL-5=true', 't|f']);
  });

  test('with 3,500 collections the gap is six times as many, and the owner map closes it', async () => {
    await buildDirectus(server, { collections: 3_500, database: 'scaled' });
    const { lines } = await attempt(`${gap} ${seed(ownerMap(3_500))} ${gap}`, 'scaled');
    expect(lines).toEqual(['21000', '0']);
  });

  test('fewer than 35 collections are refused', async () => {
    await expect(buildDirectus(server, { collections: 34, database: 'small' })).rejects.toThrow('between 35 and');
  });
});
