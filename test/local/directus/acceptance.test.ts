import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpDatabase } from '../../../local/postgres/dump.ts';
import { runPsql } from '../../../local/postgres/psql.ts';
import { startPostgres, type PostgresServer } from '../../../local/postgres/server.ts';
import { buildDirectus } from '../../../local/directus/build.ts';

const anchor = '2026-06-03';

/** Every probe of the acceptance list: the fixture is faithful when all of these hold before a release. */
const probes: readonly (readonly [name: string, sql: string, expected: string])[] = [
  ['the database is directus', 'select current_database()', 'directus'],
  ['no signature where none was asked for', 'select count(*) from os_proposal_approvals', '0'],
  [
    '35 objects in inventory and containment, 6 active scopes',
    `select (select count(*) from v_governance_object_inventory), (select count(*) from v_governance_object_containment),
            (select count(*) from governance_responsibility_scope where status = 'active')`,
    '35|35|6',
  ],
  [
    'five groups of 1, 2, 16, 14 and 2',
    `select string_agg(parent_ref || '=' || n, ' ' order by parent_ref)
     from (select parent_ref, count(*) as n from v_governance_object_containment group by 1) as split`,
    'GRP-AI=1 GRP-BUSINESS=2 GRP-GOVERNANCE=16 GRP-REGISTRY=14 GRP-WORKFLOW=2',
  ],
  [
    'gap 210, ownership 0, conflict 0, no effective owner',
    `select (select count(*) from v_object_owner_gap), (select count(*) from governance_object_ownership),
            (select count(*) from v_object_owner_conflict), (select count(*) from v_object_effective_owner)`,
    '210|0|0|0',
  ],
  [
    '9 bodies, 8 relations',
    'select (select count(*) from governance_registry), (select count(*) from governance_relations)',
    '9|8',
  ],
  [
    '5 governance event types, none active, of 45',
    `select count(*) filter (where event_domain = 'governance'), count(*) filter (where event_domain = 'governance' and active), count(*)
     from event_type_registry`,
    '5|0|45',
  ],
  ['no governance event in the outbox', `select count(*) from event_outbox where event_domain = 'governance'`, '0'],
  [
    'no label orphan, 23 labels in use',
    `select count(*) filter (where not exists (select from taxonomy where code = label_code)), count(distinct label_code) from entity_labels`,
    '0|23',
  ],
  [
    'the label rules that the topic decisions turn on',
    `select string_agg(condition ->> 'collection' || '=' || result_label, ' ' order by condition ->> 'collection', result_label)
     from label_rules where condition ->> 'collection' in
       ('agents', 'tasks', 'modules', 'workflows', 'governance_registry', 'iu_staging_record')`,
    'agents=LBL-104 modules=LBL-101 tasks=LBL-102 workflows=LBL-103 workflows=LBL-304',
  ],
  [
    'newest labels 75, 66 and 65 days before the build day, workflows never',
    `select string_agg(rule.condition ->> 'collection' || '=' || coalesce(days::text, 'never'), ' ' order by rule.id)
     from label_rules as rule
     cross join lateral (select (date '${anchor}' - max(assigned_at)::date) as days
                         from entity_labels where rule_id = rule.id or label_code = rule.result_label) as newest
     where rule.id <= 5`,
    'agents=75 tasks=65 modules=66 workflows=never workflows=never',
  ],
  [
    'decoys with axis in their names',
    `select count(*) > 2 from pg_class where relkind in ('r', 'v') and relname like '%iu_three_axis_envelope%'`,
    't',
  ],
  [
    '211 requests, 42 votes',
    'select (select count(*) from approval_requests), (select count(*) from apr_approvals)',
    '211|42',
  ],
  ['nobody idle in transaction', `select count(*) from pg_stat_activity where state like 'idle in transaction%'`, '0'],
  [
    'the three roles: superuser, owner, reader',
    `select string_agg(rolname || '=' || rolsuper, ' ' order by rolname) from pg_roles
     where rolname in ('workflow_admin', 'directus', 'context_pack_readonly')`,
    'context_pack_readonly=false directus=false workflow_admin=true',
  ],
  [
    '168 collections, of which 74 are born and 35 governed and born',
    `select count(*), count(*) filter (where coverage_status = 'BIRTH_REQUIRED'),
            count(*) filter (where coverage_status = 'BIRTH_REQUIRED' and governance_role = 'governed') from collection_registry`,
    '168|74|35',
  ],
  [
    'a governed collection has its table, staging has none',
    `select string_agg(collection_name, ' ' order by collection_name) from collection_registry
     where coverage_status = 'BIRTH_REQUIRED' and governance_role = 'governed' and to_regclass(collection_name) is null`,
    'iu_staging_payload iu_staging_record',
  ],
  [
    '58 labels (57 active) in 10 facets, 38 rules, and 54 labels that a topic should map',
    `select (select count(*) from taxonomy), (select count(*) from taxonomy where status = 'active'), (select count(*) from taxonomy_facets),
            (select count(*) from label_rules),
            (select count(*) from taxonomy as t join taxonomy_facets as f on f.id = t.facet_id
             where t.status = 'active' and f.code not in ('FAC-PROV', 'FAC-08'))`,
    '58|57|10|38|54',
  ],
  [
    'the mapped labels and the rule labels lie in the facets that make them orthogonal',
    `select string_agg(code || ':' || facet_id, ' ' order by code) from taxonomy where code in
       ('LBL-002', 'LBL-004', 'LBL-006', 'LBL-014', 'LBL-061', 'LBL-101', 'LBL-102', 'LBL-103', 'LBL-104', 'LBL-105', 'LBL-304')`,
    'LBL-002:1 LBL-004:1 LBL-006:1 LBL-014:1 LBL-061:1 LBL-101:2 LBL-102:2 LBL-103:2 LBL-104:2 LBL-105:2 LBL-304:4',
  ],
  [
    '309 tools, 536 tags, 14 action types, 19 columns of a signature, 20 of an ownership',
    `select (select count(*) from dot_tools), (select count(*) from iu_metadata_tag), (select count(*) from apr_action_types),
            (select count(*) from information_schema.columns where table_name = 'os_proposal_approvals'),
            (select count(*) from information_schema.columns where table_name = 'governance_object_ownership')`,
    '309|536|14|19|20',
  ],
  [
    '9 triggers on issues, 6 on requests, 13 on labels, none on ownership',
    `select string_agg(relation || '=' || n, ' ' order by relation) from (
       select relation, (select count(*) from pg_trigger where tgrelid = relation::regclass and not tgisinternal) as n
       from unnest(array['approval_requests', 'governance_object_ownership', 'system_issues', 'taxonomy']) as relation) as counted`,
    'approval_requests=6 governance_object_ownership=0 system_issues=9 taxonomy=13',
  ],
  [
    'requests of each kind: only one of them ratifies the authorisation model',
    `select string_agg(code || '=' || status || '/' || action, ' ' order by code) from approval_requests
     where request_type = 'constitutional_ratification' and action = 'modify'`,
    'APR-BOOT-AUTHMODEL-1=approved/modify APR-BOOT-AUTHMODEL-2=pending/modify APR-BOOT-AUTHMODEL-3=rejected/modify ' +
      'APR-BOOT-AUTHMODEL-4=expired/modify APR-BOOT-AUTHMODEL-5=applied/modify',
  ],
  [
    'the tables belong to the application, the database too',
    `select (select count(*) from pg_tables where schemaname = 'public' and tableowner = 'directus') > 35,
            (select pg_get_userbyid(datdba) from pg_database where datname = current_database())`,
    't|directus',
  ],
];

describe('the fixture before a release', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
    await buildDirectus(server, { signed: false, anchor });
  });
  afterAll(() => server.stop());

  const ask = async (sql: string, user?: string) =>
    runPsql(server, { database: 'directus', sql, bare: true, ...(user === undefined ? {} : { user }) });

  test.each(probes)('%s', async (_name, sql, expected) => {
    const answer = await ask(`${sql};`);
    expect(answer.stderr).toBe('');
    expect(answer.stdout.trim()).toBe(expected);
  });

  test('holds none of the 43 objects of the release', async () => {
    const structure = readFileSync(join(__dirname, '../../../sql/prod/10_structure.sql'), 'utf8');
    const names = [...structure.matchAll(/^create (?:table|view|function) public\.(\w+)/gim)].map(([, name]) => name);
    expect(names).toHaveLength(43);
    const found = await ask(
      `select relname from pg_class where relname = any ('{${names.join()}}') union
       select proname from pg_proc where proname = any ('{${names.join()}}');`,
    );
    expect(found.stdout).toBe('');
  });

  test('runs on PostgreSQL 15 to 17', () => {
    expect([15, 16, 17]).toContain(server.version);
  });

  test('the read role reads everything that is there, writes nothing, and does not see new objects of the superuser', async () => {
    const unreadable = await ask(
      `select string_agg(relname, ' ') from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')
       and not has_table_privilege('context_pack_readonly', oid, 'select');`,
    );
    expect(unreadable.stdout.trim()).toBe('');
    const gap = await ask('select count(*) from v_object_owner_gap;', 'context_pack_readonly');
    expect(gap.stdout.trim()).toBe('210');
    const write = await ask('delete from governance_object_ownership;', 'context_pack_readonly');
    expect(write.stderr).toContain('permission denied');
    const fresh = await ask(
      `begin; create table of_the_release (); set role context_pack_readonly; select count(*) from of_the_release;`,
    );
    expect(fresh.stderr).toContain('permission denied');
  });

  test('signed, it holds one signature that agrees, and is otherwise the same', async () => {
    await buildDirectus(server, { database: 'signed', anchor });
    const signature = await runPsql(server, {
      database: 'signed',
      bare: true,
      sql: `select count(*), bool_and(esignature_agreement), min(metadata ->> 'apr_code') from os_proposal_approvals;`,
    });
    expect(signature.stdout.trim()).toBe('1|t|APR-BOOT-AUTHMODEL-1');
    await runPsql(server, { database: 'signed', sql: 'delete from os_proposal_approvals;' });
    expect(await dumpDatabase(server, 'signed')).toBe(await dumpDatabase(server, 'directus'));
  });

  test('an existing database is never replaced', async () => {
    await expect(buildDirectus(server)).rejects.toThrow('already exists');
  });
});
