-- collection_registry: the register of all collections, 35 of them governed and born.
create table public.collection_registry (
  id serial primary key,
  code varchar(64) not null unique,
  collection_name varchar(255) not null unique,
  name varchar(255),
  "group" varchar(64),
  governance_role varchar(32) not null default 'observed',
  species varchar(64),
  coverage_status varchar(32),
  coverage_scope_status varchar(32),
  exemption_reason text,
  review_owner varchar(64),
  decided_at timestamptz,
  decided_by varchar(255),
  status varchar(32) not null default 'published',
  date_created timestamptz
);

-- The governed collections, and the rows of their public tables where they are plain reference data.
-- rows is null where a table is built elsewhere, or where the collection has none (iu_staging_*).
create temporary table governed (position serial, "group" text, collection text, rows int, prefix text);
insert into governed ("group", collection, rows, prefix) values
  ('GRP-AI', 'agents', 6, 'AGT'),
  ('GRP-WORKFLOW', 'workflows', 2, 'WF'),
  ('GRP-WORKFLOW', 'workflow_steps', 70, 'STEP'),
  ('GRP-BUSINESS', 'modules', 5, 'MOD'),
  ('GRP-BUSINESS', 'tasks', 10, 'TASK'),
  ('GRP-GOVERNANCE', 'approval_requests', null, null),
  ('GRP-GOVERNANCE', 'apr_action_types', null, null),
  ('GRP-GOVERNANCE', 'apr_approvals', null, null),
  ('GRP-GOVERNANCE', 'apr_request_types', null, null),
  ('GRP-GOVERNANCE', 'checkpoint_sets', 2, 'CPS'),
  ('GRP-GOVERNANCE', 'checkpoint_types', 31, 'CPT'),
  ('GRP-GOVERNANCE', 'governance_registry', null, null),
  ('GRP-GOVERNANCE', 'governance_relations', null, null),
  ('GRP-GOVERNANCE', 'law_catalog', 37, 'NRM-LAW'),
  ('GRP-GOVERNANCE', 'law_dot_enforcement', 272, 'LDE'),
  ('GRP-GOVERNANCE', 'law_jurisdiction', 43, 'LJU'),
  ('GRP-GOVERNANCE', 'measurement_registry', 24, 'MSR'),
  ('GRP-GOVERNANCE', 'normative_registry', 45, 'NRM'),
  ('GRP-GOVERNANCE', 'normative_relations', 18, 'NRR'),
  ('GRP-GOVERNANCE', 'system_issues', null, null),
  ('GRP-GOVERNANCE', 'workflow_change_requests', 3, 'WCR'),
  ('GRP-REGISTRY', 'collection_registry', null, null),
  ('GRP-REGISTRY', 'dot_tools', 309, 'DOT'),
  ('GRP-REGISTRY', 'taxonomy', null, null),
  ('GRP-REGISTRY', 'taxonomy_facets', null, null),
  ('GRP-REGISTRY', 'dot_domain_rules', 67, 'DDR'),
  ('GRP-REGISTRY', 'entity_dependencies', 142, 'DEP'),
  ('GRP-REGISTRY', 'entity_species', 42, 'SPE'),
  ('GRP-REGISTRY', 'field_type_equivalences', 4, 'FTE'),
  ('GRP-REGISTRY', 'iu_staging_payload', null, null),
  ('GRP-REGISTRY', 'iu_staging_record', null, null),
  ('GRP-REGISTRY', 'meta_catalog', 169, 'CAT'),
  ('GRP-REGISTRY', 'pivot_definitions', 37, 'PIV'),
  ('GRP-REGISTRY', 'table_registry', 21, 'TBL'),
  ('GRP-REGISTRY', 'ui_pages', 37, 'PAGE');

insert into public.collection_registry
  (code, collection_name, name, "group", governance_role, species, coverage_status, coverage_scope_status,
   review_owner, decided_at, decided_by, date_created)
select 'COL-' || lpad(position::text, 3, '0'), collection, initcap(replace(collection, '_', ' ')), "group", 'governed',
       'collection', 'BIRTH_REQUIRED', 'IN_SCOPE', 'GOV-COUNCIL',
       :'anchor'::timestamptz - interval '30 days', 'council', :'anchor'::timestamptz - interval '300 days'
from governed order by position;

-- 133 others that no release may govern: observed but born (39), governed but exempt, locked, excluded, without a group.
insert into public.collection_registry
  (code, collection_name, name, "group", governance_role, species, coverage_status, coverage_scope_status,
   exemption_reason, date_created)
select 'COL-' || lpad(n::text, 3, '0'), 'app_collection_' || lpad(n::text, 3, '0'), 'App collection ' || n,
       case when n % 7 = 0 then null
            when n % 7 = 1 then ''
            else (array['GRP-GOVERNANCE', 'GRP-REGISTRY', 'GRP-CONTENT', 'GRP-LOG'])[n % 4 + 1] end,
       case when n <= 74 then 'observed'
            when n <= 84 then 'governed'
            when n <= 94 then 'locked'
            when n <= 104 then 'excluded'
            else 'observed' end,
       'collection',
       case when n <= 74 then 'BIRTH_REQUIRED' when n <= 104 then 'EXEMPT' else null end,
       case when n <= 104 then 'IN_SCOPE' else 'OUT_OF_SCOPE' end,
       case when n between 75 and 104 then 'not born by design' end,
       :'anchor'::timestamptz - make_interval(days => 300 - n)
from generate_series(36, 168) as n order by n;

-- Scaling runs only: further governed collections, 14 to a group, named so that local/directus/owner-map.ts can tell their owner.
insert into public.collection_registry
  (code, collection_name, name, "group", governance_role, species, coverage_status, coverage_scope_status, date_created)
select 'COL-S' || lpad(n::text, 6, '0'), 'scale_collection_' || lpad(n::text, 6, '0'), 'Scale collection ' || n,
       'GRP-S' || lpad(((n - 36) / 14 + 1)::text, 4, '0'), 'governed', 'collection', 'BIRTH_REQUIRED', 'IN_SCOPE',
       :'anchor'::timestamptz - interval '100 days'
from generate_series(36, :collections) as n order by n;

do $$
declare
  spec record;
begin
  for spec in select * from governed where rows is not null order by position loop
    execute format(
      'create table public.%I (
         id serial primary key, code varchar(64) not null unique, name varchar(255) not null, description text,
         status varchar(32) not null default ''published'', sort integer, user_created uuid, date_created timestamptz,
         user_updated uuid, date_updated timestamptz)', spec.collection);
    execute format(
      'insert into public.%I (code, name, description, sort, date_created)
       select %L || lpad(n::text, 3, ''0''), %L || n, %L, n, %L::timestamptz + make_interval(hours => n)
       from generate_series(1, %s) as n', spec.collection, spec.prefix || '-', initcap(replace(spec.collection, '_', ' ')) || ' ',
      'Reference row of ' || spec.collection, current_setting('fixture.anchor')::timestamptz - interval '250 days', spec.rows);
  end loop;
end $$;
drop table governed;
