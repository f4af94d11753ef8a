-- The four large tables. Everything is computed from a row number, so two builds are equal.

-- Newest label of agents 75 days old, of modules 66, of tasks 65; workflows were never labelled.
insert into public.entity_labels (entity_code, label_code, rule_id, assigned_by, assigned_at)
select source.code, rule.result_label, rule.id, 'rule', :'anchor'::timestamptz - make_interval(days => source.newest + source.position - 1)
from (
  select 1 as part, code, 'agents' as collection, 75 as newest, row_number() over (order by code)::int as position from public.agents
  union all select 2, code, 'modules', 66, row_number() over (order by code)::int from public.modules
  union all select 3, code, 'tasks', 65, row_number() over (order by code)::int from public.tasks
) as source
join public.label_rules as rule on rule.condition ->> 'collection' = source.collection
order by source.part, source.position;

-- The other rows spread over 20 labels and one rule each, so that 23 labels are in use.
create temporary table used_label as
select (row_number() over (order by result_label) - 1)::int as n, result_label as label_code, min(id) as rule_id
from public.label_rules where id > 5 group by result_label;
insert into public.entity_labels (entity_code, label_code, rule_id, assigned_by, assigned_at)
select 'ENT-' || lpad((i / 20)::text, 7, '0'), label.label_code, case when i % 3 > 0 then label.rule_id end,
       (array['user', 'rule', 'auto', 'ai', 'dot', 'rule'])[i % 6 + 1],
       :'anchor'::timestamptz - make_interval(days => (i::bigint * 7919 % 400)::int + 1, secs => i % 86400)
from generate_series(0, :entity_labels - 22) as i
join used_label as label on label.n = i % 20
order by i;
drop table used_label;
create unique index uq_entity_labels_entity_label on public.entity_labels (entity_code, label_code);
create index idx_entity_labels_label_code on public.entity_labels (label_code);

-- The eight action types of the authorisation model left a birth record each.
insert into public.birth_registry (collection_name, entity_code, species, born_at, certificate)
select 'apr_action_types', action_code, 'action', :'anchor'::timestamptz - interval '40 days', '{"registrar": "fn_birth_registry_auto"}'
from public.apr_action_types where handler = 'unimplemented' order by id;
insert into public.birth_registry (collection_name, entity_code, species, born_at, certificate)
select 'app_collection_' || lpad((36 + n % 39)::text, 3, '0'), 'ENT-' || lpad(n::text, 7, '0'), 'species-' || n % 42,
       :'anchor'::timestamptz - make_interval(secs => n * 17),
       jsonb_build_object('registrar', 'fn_birth_registry_auto', 'fingerprint', md5(n::text), 'source', md5('s' || n) || md5('t' || n),
                          'checks', repeat(md5('c' || n), 7),
                          'parents', jsonb_build_array('ENT-' || n / 2, 'ENT-' || n / 3), 'gates', jsonb_build_object('species', true, 'owner', false))
from generate_series(1, :birth_registry - 8) as n order by n;
create unique index uq_birth_registry_entity on public.birth_registry (collection_name, entity_code);
create index idx_birth_registry_born_at on public.birth_registry (born_at);

insert into public.system_issues
  (code, title, issue_type, severity, status, source, collection, entity_code, fingerprint, description, occurrence_count, date_created)
select 'ISS-' || lpad(n::text, 7, '0'), 'Issue ' || n || ' of a monitoring job', (array['orphan', 'drift', 'stale', 'broken_link'])[n % 4 + 1],
       (array['info', 'warning', 'critical'])[n % 3 + 1], (array['open', 'resolved', 'open', 'muted'])[n % 4 + 1], 'monitor-' || n % 9,
       'app_collection_' || lpad((36 + n % 39)::text, 3, '0'), 'ENT-' || lpad(n::text, 7, '0'), md5(n::text),
       'Found by a nightly job. ' || repeat(md5(n::text) || ' ', 24), n % 5 + 1, :'anchor'::timestamptz - make_interval(secs => n * 29)
from generate_series(1, :system_issues) as n order by n;
create index idx_system_issues_status on public.system_issues (status, severity);

insert into public.event_outbox
  (id, event_domain, event_type, event_stream, delivery_lane, event_severity, event_subject_table, event_subject_ref, safe_payload,
   occurred_at, canonical_address, actor_ref, source_system)
select md5('event' || n)::uuid, type.event_domain, type.event_type, type.event_stream, type.delivery_lane, type.default_severity, 'tasks',
       'ENT-' || n, jsonb_build_object('n', n, 'before', md5('b' || n), 'after', md5('a' || n), 'diff', repeat(md5('d' || n), 8)), :'anchor'::timestamptz - make_interval(secs => n * 31),
       'iu://' || type.event_domain || '/' || n, 'agent-' || n % 6, 'directus'
from generate_series(1, :event_outbox) as n
join (select *, row_number() over (order by event_domain, event_type) - 1 as position from public.event_type_registry where active) as type
  on type.position = n % 40
order by n;
create index idx_event_outbox_type on public.event_outbox (event_domain, event_type);
create index idx_event_outbox_occurred_at on public.event_outbox (occurred_at);
