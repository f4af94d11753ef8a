-- Labels: ten facets, 58 labels (57 active), 38 rules; entity_labels is filled by volume.sql.
create table public.taxonomy_facets (
  id serial primary key,
  code varchar(32) not null unique,
  name varchar(255) not null,
  description text,
  cardinality varchar(16) not null constraint chk_taxonomy_facets_cardinality check (cardinality in ('single', 'multiple')),
  max_labels_per_entity integer,
  sort integer,
  status varchar(32) not null default 'active'
);
insert into public.taxonomy_facets (code, name, cardinality, max_labels_per_entity, sort) values
  ('FAC-01', 'Domain and expertise', 'multiple', 3, 1), ('FAC-02', 'System role', 'single', 1, 2), ('FAC-03', 'Action', 'multiple', 3, 3),
  ('FAC-04', 'Impact scope', 'single', 1, 4), ('FAC-05', 'Phase', 'single', 1, 5), ('FAC-06', 'Audience', 'multiple', 2, 6),
  ('FAC-07', 'Document', 'multiple', 2, 7), ('FAC-PROV', 'Provenance', 'multiple', 5, 8), ('FAC-08', 'Topic', 'multiple', 5, 9),
  ('FAC-09', 'Architecture layer', 'single', 1, 10);

create table public.taxonomy (
  id serial primary key,
  code varchar(64) not null unique,
  name varchar(255) not null,
  name_en varchar(255),
  facet_id integer not null references public.taxonomy_facets (id),
  parent_id integer references public.taxonomy (id),
  parent_facet integer,
  depth integer not null default 0 constraint chk_taxonomy_depth check (depth between 0 and 2),
  description text,
  scope text[],
  status varchar(32) not null default 'active',
  replaced_by varchar(64),
  _dot_origin varchar(64)
);
-- 54 active labels outside the facets FAC-PROV and FAC-08, three inside them, and one retired.
insert into public.taxonomy (code, name, name_en, facet_id, depth, description, scope, status, replaced_by, _dot_origin)
select code, 'Label ' || code, 'Label ' || code, facet_id, 0, 'A label of facet ' || facet_id, '{collection}',
       case when code = 'LBL-017' then 'retired' else 'active' end, case when code = 'LBL-017' then 'LBL-016' end, 'DOT-LABEL'
from (
  select 'LBL-' || lpad(n::text, 3, '0') as code,
         case when n < 100 then 1 when n < 200 then 2 when n < 300 then 3 when n < 400 then 4 when n < 500 then 5
              when n < 600 then 6 when n < 700 then 7 when n < 800 then 8 when n < 900 then 9 else 10 end as facet_id
  from unnest(array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 61, 101, 102, 103, 104, 105, 106, 201, 202, 203, 204, 205, 206,
                    301, 302, 303, 304, 305, 306, 401, 402, 403, 404, 405, 501, 502, 503, 504, 505, 601, 602, 603, 604, 605, 701, 702, 801,
                    901, 902, 903, 904]) with ordinality as number (n, position)
) as label order by code;
update public.taxonomy set parent_id = (select id from public.taxonomy where code = 'LBL-006'), parent_facet = 1, depth = 1
where code = 'LBL-061';

create table public.label_rules (
  id serial primary key,
  facet_id integer not null references public.taxonomy_facets (id),
  rule_type varchar(32) not null default 'collection',
  condition jsonb not null,
  result_label varchar(64) not null,
  priority integer not null default 100,
  skip_wide_warning boolean not null default false,
  status varchar(32) not null default 'active'
);
-- The five rules that the topic decisions turn on. governance_registry and iu_staging_record have none.
insert into public.label_rules (facet_id, condition, result_label)
select facet_id, jsonb_build_object('collection', collection), result_label
from (values
  (1, 2, 'agents', 'LBL-104'), (2, 2, 'tasks', 'LBL-102'), (3, 2, 'modules', 'LBL-101'), (4, 2, 'workflows', 'LBL-103'), (5, 4, 'workflows', 'LBL-304')
) as rule (position, facet_id, collection, result_label) order by position;
-- 33 rules of other collections, over 20 labels of their own: no label of theirs dates one of the five above.
insert into public.label_rules (facet_id, condition, result_label, priority)
select label.facet_id, jsonb_build_object('collection', collection.name), label.code, 100 + collection.n
from (
  select name, row_number() over (order by name) as n
  from (select collection_name as name from public.collection_registry
        where collection_name not in ('agents', 'tasks', 'modules', 'workflows', 'governance_registry', 'iu_staging_record')
          and collection_name not like 'scale\_%' order by code limit 33) as chosen
) as collection
join (
  select code, facet_id, row_number() over (order by code) as n from public.taxonomy
  where status = 'active' and facet_id not in (8, 9) and code not in ('LBL-101', 'LBL-102', 'LBL-103', 'LBL-104', 'LBL-304')
) as label on label.n = (collection.n - 1) % 20 + 1
order by collection.n;

create table public.entity_labels (
  id serial primary key,
  entity_code varchar(255) not null,
  label_code varchar(64) not null,
  rule_id integer references public.label_rules (id),
  assigned_by varchar(16) not null constraint chk_entity_labels_assigned_by check (assigned_by in ('auto', 'rule', 'user', 'ai', 'dot')),
  assigned_at timestamptz not null default now()
);
