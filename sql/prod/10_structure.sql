-- Tier 1, structure: tables, views and a function, inert, stamped with the run that makes them. No trigger, nothing emitted.
\set writes ''
\set locks ''
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/name_run.sql
\ir ../gate_monitor/prerequisites.sql
\ir ../runner/stamps.sql
do $before$
declare
  present text := current_setting('one_roof.stamps')::json ->> 'present';
  missing text := current_setting('one_roof.missing');
  events bigint := (select count(*) from public.event_type_registry where event_domain = 'governance' and active);
begin
  if present <> '' then
    raise exception 'REFUSING: axis substrate already present (% objects: %), expected none; %',
      cardinality(string_to_array(present, ' ')), present, current_setting('one_roof.stamps')::json ->> 'told';
  end if;
  if missing <> '' then
    raise exception 'REFUSING: prerequisite views missing (%), expected all five; restore them first', missing;
  end if;
  if events <> 0 then
    raise exception 'REFUSING: % governance event types are active, expected 0; deactivate them, emission is a later step', events;
  end if;
end $before$;

-- tables ------------------------------------------------------------------------------------------------------

create table public.axis_registry (
  axis_code text primary key,
  axis_name text not null,
  axis_family text not null check (axis_family in ('structural', 'label', 'semantic', 'pivot', 'system')),
  axis_kind text not null check (axis_kind in ('deterministic', 'uncertain', 'system')),
  value_domain text not null,
  owner_scope_ref text,
  status text not null default 'candidate' check (status in ('candidate', 'active', 'deprecated', 'retired')),
  lifecycle_status text not null default 'register' check (lifecycle_status in ('birth', 'register', 'active', 'deprecate', 'retire')),
  created_by text not null, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.axis_value (
  axis_code text not null references public.axis_registry,
  value_code text not null,
  parent_value_code text,
  status text not null default 'candidate' check (status in ('candidate', 'active', 'deprecated', 'retired')),
  provenance jsonb not null default '{}',
  created_by text not null, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (axis_code, value_code),
  foreign key (axis_code, parent_value_code) references public.axis_value (axis_code, value_code)
);

create table public.coverage_rule (
  rule_code text primary key,
  axis_code text not null references public.axis_registry,
  applies_to text not null default 'collection',
  coverage_mode text not null check (coverage_mode in ('cross_product', 'per_assignment')),
  confidence_threshold numeric check (confidence_threshold between 0 and 1),
  staleness_days integer check (staleness_days >= 0),
  required_owner_kind text not null default 'accountable'
    check (required_owner_kind in ('accountable', 'supporting', 'delegated', 'exception')),
  status text not null default 'candidate' check (status in ('candidate', 'active', 'deprecated', 'retired')),
  created_by text not null, created_at timestamptz not null default now()
);

create table public.axis_assignment (
  assignment_id bigint generated always as identity primary key,
  object_type text not null, object_ref text not null,
  axis_code text not null, value_code text not null,
  zone text not null default 'candidate' check (zone in ('approved', 'candidate', 'quarantine')),
  match_score numeric,
  confidence numeric check (confidence between 0 and 1),
  provenance jsonb,
  evidence jsonb,
  assigned_kind text check (assigned_kind in ('dot', 'agent', 'human', 'rule')),
  assigned_at timestamptz not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz,
  revision integer not null default 1,
  superseded_by bigint references public.axis_assignment,
  created_by text not null,
  foreign key (axis_code, value_code) references public.axis_value (axis_code, value_code),
  constraint axis_assignment_provenance check (provenance is not null or zone = 'quarantine')
);
create unique index axis_assignment_current on public.axis_assignment (object_type, object_ref, axis_code, value_code)
  where valid_to is null and superseded_by is null;

create table public.axis_object_ownership (
  ownership_id bigint generated always as identity primary key,
  object_type text not null, object_ref text not null,
  axis_code text not null, value_code text not null,
  owner_gov_code text not null,
  owner_kind text not null check (owner_kind in ('accountable', 'supporting', 'delegated', 'exception')),
  lifecycle_status text not null default 'active' check (lifecycle_status in ('active', 'superseded', 'revoked', 'expired')),
  approval_ref text,
  created_by text not null, created_at timestamptz not null default now(),
  foreign key (axis_code, value_code) references public.axis_value (axis_code, value_code)
);
create unique index axis_object_ownership_accountable on public.axis_object_ownership (object_type, object_ref, axis_code, value_code)
  where owner_kind = 'accountable' and lifecycle_status = 'active';

create table public.axis_candidate_finding (
  finding_type text not null,
  object_type text not null, object_ref text not null,
  axis_code text not null, value_code text not null,
  severity text not null check (severity in ('critical', 'warning', 'info')),
  scan_count integer not null default 1,
  first_seen timestamptz not null default now(), last_seen timestamptz not null default now(),
  primary key (finding_type, object_type, object_ref, axis_code, value_code)
);

create table public.topic_taxonomy_map (
  axis_code text not null default 'topic' check (axis_code = 'topic'),
  topic_value text not null,
  taxonomy_code text not null,
  map_kind text not null,
  created_by text not null, created_at timestamptz not null default now(),
  primary key (topic_value, taxonomy_code),
  foreign key (axis_code, topic_value) references public.axis_value (axis_code, value_code)
);

create table public.topic_label_reconcile_decision (
  collection text not null,
  topic_value text not null,
  decision_kind text not null check (decision_kind in ('accept_orthogonal_facet', 'accept_projection_pending', 'accept_quarantine_hold')),
  rationale text not null,
  decided_by text not null,
  decided_at timestamptz not null default now(),
  created_by text not null,
  primary key (collection, topic_value)
);

create table public.governance_scan_run (
  scan_id bigint generated always as identity primary key,
  actor text not null,
  mode text not null,
  finding_count integer not null,
  new_count integer not null,
  resolved_count integer not null,
  summary jsonb not null default '{}',
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);

create table public.governance_drift_state (
  drift_id bigint generated always as identity primary key,
  detector_code text not null,
  severity text not null check (severity in ('critical', 'warning', 'info')),
  object_type text not null, object_ref text not null,
  axis_code text,
  value_code text,
  detail text,
  status text not null default 'open' check (status in ('open', 'resolved')),
  scan_count integer not null default 1,
  first_scan_id bigint not null references public.governance_scan_run,
  last_scan_id bigint not null references public.governance_scan_run,
  first_seen timestamptz not null default now(), last_seen timestamptz not null default now()
);
-- one row a finding: U+2205, the empty set, stands for "no axis" and "no value"
create unique index governance_drift_state_key on public.governance_drift_state
  (detector_code, coalesce(axis_code, U&'\2205'), object_type, object_ref, coalesce(value_code, U&'\2205'));

create table public.governance_event_log (
  event_id bigint generated always as identity primary key,
  scan_id bigint not null references public.governance_scan_run,
  event_domain text not null,
  event_type text not null,
  severity text not null,
  safe_payload jsonb not null,
  canonical_address text not null,
  actor_ref text not null,
  source_system text not null,
  emitted boolean not null default false,
  blocked_reason text,
  created_at timestamptz not null default now()
);

-- views: axis engine ------------------------------------------------------------------------------------------

create view public.v_axis_required_cell as
select r.rule_code, r.axis_code, i.object_type, i.object_ref, v.value_code, r.required_owner_kind
from public.coverage_rule r
join public.axis_registry a on a.axis_code = r.axis_code and a.status = 'active'
join public.axis_value v on v.axis_code = r.axis_code and v.status = 'active'
join public.v_governance_object_inventory i on i.object_type = r.applies_to and i.born and i.requires_owner
where r.status = 'active' and r.coverage_mode = 'cross_product'
union all select r.rule_code, r.axis_code, s.object_type, s.object_ref, s.value_code, r.required_owner_kind
from public.coverage_rule r
join public.axis_registry a on a.axis_code = r.axis_code and a.status = 'active'
join public.axis_assignment s on s.axis_code = r.axis_code and s.object_type = r.applies_to and s.valid_to is null
  and s.superseded_by is null
where r.status = 'active' and r.coverage_mode = 'per_assignment';

create view public.v_axis_effective_owner as
select 'responsibility'::text as axis_code, e.object_type::text, e.object_ref::text, e.scope::text as value_code,
  e.owner_gov_code::text, e.owner_kind::text, e.resolution::text
from public.v_object_effective_owner e
union all select o.axis_code, o.object_type, o.object_ref, o.value_code, o.owner_gov_code, o.owner_kind, 'direct'
from public.axis_object_ownership o
where o.lifecycle_status = 'active' and o.axis_code <> 'responsibility';

-- set difference, not an anti-join: linear whatever the planner believes about row counts
create view public.v_axis_coverage_gap as
select axis_code, object_type, object_ref, value_code, 'no_' || required_owner_kind || '_owner' as gap_reason
from (
  select axis_code, object_type::text, object_ref::text, value_code, required_owner_kind from public.v_axis_required_cell
  except
  select axis_code, object_type, object_ref, value_code, owner_kind from public.v_axis_effective_owner
) missing;

create view public.v_axis_assignment_quality as
select s.assignment_id, s.object_type, s.object_ref, s.axis_code, s.value_code, s.zone, s.confidence, s.assigned_kind, s.assigned_at,
  case
    when s.provenance is null or s.zone = 'quarantine' then 'quarantine'
    when s.confidence is null or s.confidence < coalesce(r.confidence_threshold, 0.70) then 'low_confidence'
    when coalesce(r.staleness_days, 30) > 0 and s.assigned_at < now() - make_interval(days => coalesce(r.staleness_days, 30)) then 'stale'
    else 'ok'
  end as quality
from public.axis_assignment s
left join (select distinct on (axis_code) axis_code, confidence_threshold, staleness_days
           from public.coverage_rule where status = 'active' order by axis_code, rule_code) r on r.axis_code = s.axis_code
where s.valid_to is null and s.superseded_by is null;

create view public.v_axis_registry_coverage as
select a.axis_code, a.axis_name, a.axis_kind, a.status, coalesce(v.active_values, 0) as active_values,
  coalesce(r.active_rules, 0) as active_rules,
  case when coalesce(v.active_values, 0) = 0 then 'no_value' when coalesce(r.active_rules, 0) = 0 then 'no_rule'
       else 'covered' end as assessment
from public.axis_registry a
left join (select axis_code, count(*) as active_values from public.axis_value where status = 'active' group by axis_code) v
  on v.axis_code = a.axis_code
left join (select axis_code, count(*) as active_rules from public.coverage_rule where status = 'active' group by axis_code) r
  on r.axis_code = a.axis_code;

create view public.v_axis_missing_assignment as
select axis_code, object_type, object_ref
from (
  select r.axis_code, i.object_type::text, i.object_ref::text
  from public.coverage_rule r
  join public.axis_registry a on a.axis_code = r.axis_code and a.status = 'active'
  join public.v_governance_object_inventory i on i.object_type = r.applies_to and i.born
  where r.status = 'active' and r.coverage_mode = 'per_assignment'
  except
  select s.axis_code, s.object_type, s.object_ref from public.axis_assignment s where s.valid_to is null and s.superseded_by is null
) missing;

create view public.v_axis_coverage_summary as
select a.axis_code, a.axis_kind, a.status, coalesce(c.n, 0) as required_cells, coalesce(g.n, 0) as gap_cells,
  coalesce(q.ok, 0) as ok_assignments, coalesce(q.low_confidence, 0) as low_conf,
  coalesce(q.stale, 0) as stale, coalesce(q.quarantine, 0) as quarantine
from public.axis_registry a
left join (select axis_code, count(*) as n from public.v_axis_required_cell group by axis_code) c on c.axis_code = a.axis_code
left join (select axis_code, count(*) as n from public.v_axis_coverage_gap group by axis_code) g on g.axis_code = a.axis_code
left join (select axis_code, count(*) filter (where quality = 'ok') as ok,
                  count(*) filter (where quality = 'low_confidence') as low_confidence,
                  count(*) filter (where quality = 'stale') as stale, count(*) filter (where quality = 'quarantine') as quarantine
           from public.v_axis_assignment_quality group by axis_code) q on q.axis_code = a.axis_code;

create view public.v_axis_issue_payload as
select g.axis_code, g.object_type, g.object_ref, g.value_code, 'axis_coverage_gap'::text as issue_type, 'warning'::text as severity,
  jsonb_build_object('axis', g.axis_code, 'object_type', g.object_type, 'object_ref', g.object_ref, 'value', g.value_code,
    'reason', g.gap_reason) as payload
from public.v_axis_coverage_gap g;

create view public.v_axis_topic_parentage_conflict as
with recursive climb as (
  select value_code, value_code as root_code, parent_value_code, 0 as depth from public.axis_value where axis_code = 'topic'
  union all select c.value_code, p.value_code, p.parent_value_code, c.depth + 1
  from climb c join public.axis_value p on p.axis_code = 'topic' and p.value_code = c.parent_value_code
  where c.depth < 64
)
select s.object_type, s.object_ref, count(distinct c.root_code) as roots,
  string_agg(distinct c.root_code, ', ' order by c.root_code) as root_codes
from public.axis_assignment s
join climb c on c.value_code = s.value_code and c.parent_value_code is null
where s.axis_code = 'topic' and s.valid_to is null and s.superseded_by is null
group by s.object_type, s.object_ref
having count(distinct c.root_code) > 1;

-- views: reconcile --------------------------------------------------------------------------------------------

-- entity_labels is large: it is read once and grouped before taxonomy is asked, whatever indexes it has
create view public.v_reconcile_label_orphan as
select l.label_code::text, l.uses
from (select label_code, count(*) as uses from public.entity_labels group by label_code) l
where not exists (select from public.taxonomy t where t.code = l.label_code);

create view public.v_reconcile_topic_without_label as
select v.value_code as topic_value, v.parent_value_code
from public.axis_value v
where v.axis_code = 'topic' and v.status = 'active'
  and not exists (select from public.topic_taxonomy_map m where m.topic_value = v.value_code);

-- provenance labels and the topic facet itself are not meant to be mapped
create view public.v_reconcile_label_without_topic as
select t.code::text as label_code, t.name::text as label_name, f.code::text as facet_code
from public.taxonomy t
join public.taxonomy_facets f on f.id = t.facet_id
where t.status = 'active' and f.code not in ('FAC-PROV', 'FAC-08')
  and not exists (select from public.topic_taxonomy_map m where m.taxonomy_code = t.code);

-- facet sets are compared before labels: labels of different facets do not contradict each other
create view public.v_reconcile_collection_topic_vs_label as
select e.object_ref as collection, e.value_code as topic_value, e.zone, tl.labels as topic_labels, rl.labels as rule_labels,
  f.raw_flag, d.decision_kind,
  case when d.decision_kind is null then f.raw_flag else 'reconciled_' || substr(d.decision_kind, length('accept_') + 1) end as flag
from public.axis_assignment e
left join (select m.topic_value, array_agg(distinct t.code::text order by t.code::text) as labels, array_agg(distinct t.facet_id) as facets
           from public.topic_taxonomy_map m join public.taxonomy t on t.code = m.taxonomy_code group by m.topic_value) tl
             on tl.topic_value = e.value_code
left join (select r.condition ->> 'collection' as collection, array_agg(distinct t.code::text order by t.code::text) as labels,
                  array_agg(distinct t.facet_id) as facets
           from public.label_rules r join public.taxonomy t on t.code = r.result_label
           where r.rule_type = 'collection' and r.status = 'active' group by r.condition ->> 'collection') rl
  on rl.collection = e.object_ref
left join public.topic_label_reconcile_decision d on d.collection = e.object_ref and d.topic_value = e.value_code
cross join lateral (select case
    when rl.labels is null then 'no_label_rule'
    when tl.labels is null then 'no_topic_label'
    when tl.labels && rl.labels then 'consistent'
    when tl.facets && rl.facets then 'divergent'
    else 'orthogonal_facet' end as raw_flag) f
where e.axis_code = 'topic' and e.object_type = 'collection' and e.valid_to is null and e.superseded_by is null;

create view public.v_reconcile_topic_projection_gap as
select c.collection, c.topic_value, o.owner_gov_code
from public.v_reconcile_collection_topic_vs_label c
join public.axis_object_ownership o
  on o.object_type = 'collection' and o.object_ref = c.collection and o.axis_code = 'topic' and o.value_code = c.topic_value
  and o.owner_kind = 'accountable' and o.lifecycle_status = 'active'
where c.raw_flag = 'no_label_rule' and c.decision_kind is null;

create view public.v_reconcile_summary as
select (select count(*) from public.v_reconcile_label_orphan) as label_orphans,
  (select count(*) from public.v_reconcile_topic_without_label) as topics_without_label,
  (select count(*) from public.v_reconcile_label_without_topic) as labels_without_topic,
  (select count(*) from public.v_reconcile_collection_topic_vs_label where flag = 'divergent') as divergent_collections,
  (select count(*) from public.v_reconcile_topic_projection_gap) as projection_gaps;

-- views: timing -----------------------------------------------------------------------------------------------

-- entity_labels is large: only the labels that the rules of a collection with a topic give are looked at. Its assigned_at, where it
-- has no zone, is UTC: read by way of the epoch, it does not move with the reader's own zone
create view public.v_projection_lag_timing as
select e.object_ref as collection, e.value_code as topic_value, e.assigned_at, n.newest as latest_label_at,
  floor(extract(epoch from e.assigned_at - n.newest) / 86400)::integer as lag_days,
  case when n.newest is null then 'never_projected' when n.newest < e.assigned_at then 'lagging' else 'current' end as timing,
  case when n.newest is null or e.assigned_at - n.newest > interval '30 days' then 'warning' else 'info' end as severity
from public.axis_assignment e
left join (select r.condition ->> 'collection' as collection, to_timestamp(extract(epoch from max(l.assigned_at))) as newest
           from public.label_rules r
           join public.entity_labels l on l.rule_id = r.id and l.label_code = r.result_label
           where r.rule_type = 'collection' and r.status = 'active'
             and r.condition ->> 'collection' in (select object_ref from public.axis_assignment where axis_code = 'topic')
           group by r.condition ->> 'collection') n on n.collection = e.object_ref
where e.axis_code = 'topic' and e.object_type = 'collection' and e.valid_to is null and e.superseded_by is null
  and not exists (select from public.topic_label_reconcile_decision d where d.collection = e.object_ref and d.topic_value = e.value_code
                  and d.decision_kind in ('accept_projection_pending', 'accept_quarantine_hold'));

-- views: drift ------------------------------------------------------------------------------------------------

create view public.v_drift_stale_candidate_value as
select v.axis_code, v.value_code, v.created_at
from public.axis_value v
where v.status = 'candidate' and v.created_at < now() - interval '30 days';

create view public.v_drift_unregistered_axis as
select u.object_type, u.object_ref, u.axis_code, u.value_code
from (
  select object_type, object_ref, axis_code, value_code from public.axis_assignment where valid_to is null and superseded_by is null
  union select 'coverage_rule', rule_code, axis_code, null from public.coverage_rule where status = 'active'
) u
where not exists (select from public.axis_registry a where a.axis_code = u.axis_code and a.status = 'active');

create view public.v_drift_ui_visible_unapproved as
select s.object_type, s.object_ref, s.axis_code, s.value_code, s.zone
from public.axis_assignment s
where s.valid_to is null and s.superseded_by is null and s.zone <> 'approved'
  and not exists (select from public.axis_object_ownership o
                  where o.object_type = s.object_type and o.object_ref = s.object_ref and o.axis_code = s.axis_code
                  and o.value_code = s.value_code and o.owner_kind = 'accountable' and o.lifecycle_status = 'active');

create view public.v_drift_coverage_rule_missing as
select a.axis_code, a.axis_name
from public.axis_registry a
where a.status = 'active' and not exists (select from public.coverage_rule r where r.axis_code = a.axis_code and r.status = 'active');

create view public.v_drift_finding as
select 'label_orphan'::text as detector_code, 'warning'::text as severity, 'label'::text as object_type, label_code as object_ref,
  null::text as axis_code, null::text as value_code, format('%s uses of a label that is not in taxonomy', uses) as detail
from public.v_reconcile_label_orphan
union all select 'topic_without_label', 'info', 'topic', topic_value, 'topic', topic_value, 'no label is mapped to this topic'
from public.v_reconcile_topic_without_label
union all
select 'projection_lag', case flag when 'divergent' then 'info' else 'warning' end, 'collection', collection, 'topic', topic_value, flag
from public.v_reconcile_collection_topic_vs_label where flag in ('divergent', 'no_label_rule')
union all select 'low_confidence_assignment', 'warning', object_type, object_ref, axis_code, value_code,
  format('confidence %s', coalesce(confidence::text, 'unknown'))
from public.v_axis_assignment_quality where quality = 'low_confidence'
union all select 'stale_candidate', 'info', object_type, object_ref, axis_code, value_code, 'assignment older than its rule allows'
from public.v_axis_assignment_quality where quality = 'stale'
union all select 'stale_candidate', 'info', 'axis_value', value_code, axis_code, value_code, 'candidate value older than 30 days'
from public.v_drift_stale_candidate_value
union all
select 'conflicting_parentage', 'critical', object_type, object_ref, 'topic', null, 'topics under more than one root: ' || root_codes
from public.v_axis_topic_parentage_conflict
union all select 'unregistered_axis', 'warning', object_type, object_ref, axis_code, value_code, 'active row on an axis that is not active'
from public.v_drift_unregistered_axis
union all select 'axis_assignment_missing', 'info', object_type, object_ref, axis_code, null, 'no assignment on this axis'
from public.v_axis_missing_assignment
union all select 'ui_visible_unapproved', 'warning', object_type, object_ref, axis_code, value_code,
  format('zone %s without an accountable owner', zone)
from public.v_drift_ui_visible_unapproved
union all select 'coverage_rule_missing', 'info', 'axis', axis_code, axis_code, null, 'active axis without an active coverage rule'
from public.v_drift_coverage_rule_missing
union all select 'projection_lag_timing', severity, 'collection', collection, 'topic', topic_value,
  case timing when 'never_projected' then 'never projected to labels'
              else format('newest label %s days older than the assignment', lag_days) end
from public.v_projection_lag_timing where timing <> 'current';

create view public.v_drift_summary as
select detector_code, severity, count(*) as findings from public.v_drift_finding group by detector_code, severity;

create view public.v_drift_event_map as
select f.detector_code, f.severity, f.object_type, f.object_ref, f.axis_code, f.value_code, f.detail, m.event_domain, m.event_type,
  e.event_stream::text, e.delivery_lane::text, coalesce(e.active, false) as type_active
from public.v_drift_finding f
cross join lateral (select 'governance'::text as event_domain, case
    when f.detector_code in ('low_confidence_assignment', 'ui_visible_unapproved') then 'input.untrusted_source'
    when f.detector_code = 'stale_candidate' then 'candidate.scan_completed'
    else 'coverage.scan_completed' end as event_type) m
left join public.event_type_registry e on e.event_domain = m.event_domain and e.event_type = m.event_type;

create view public.v_drift_issue_payload as
select d.detector_code, d.severity, d.event_domain, d.event_type, d.event_stream, d.delivery_lane,
  jsonb_build_object('detector', d.detector_code, 'severity', d.severity, 'object_type', d.object_type, 'object_ref', d.object_ref,
    'axis', d.axis_code, 'value', d.value_code, 'detail', d.detail) as safe_payload,
  format('governance://%s/%s', d.object_type, d.object_ref) as canonical_address,
  'gov:drift-scanner'::text as actor_ref, 'governance_directus'::text as source_system, d.type_active, not d.type_active as emit_blocked
from public.v_drift_event_map d;

-- views: what people see --------------------------------------------------------------------------------------

create view public.v_ui_topic_tree as
with recursive tree as (
  select value_code, parent_value_code, status, provenance ->> 'kind' as provenance_kind, 0 as depth, value_code as path
  from public.axis_value where axis_code = 'topic' and parent_value_code is null
  union all select v.value_code, v.parent_value_code, v.status, v.provenance ->> 'kind', t.depth + 1, t.path || ' / ' || v.value_code
  from tree t join public.axis_value v on v.axis_code = 'topic' and v.parent_value_code = t.value_code
  where t.depth < 64
)
select value_code as topic, parent_value_code as parent, status, provenance_kind, depth, path from tree order by path;

create view public.v_ui_object_topic as
select s.object_type, s.object_ref, s.value_code as topic, s.zone, s.confidence, s.assigned_kind, o.owner_gov_code, o.owner_kind,
  case when o.owner_gov_code is null then 'candidate' else 'official' end as lane
from public.axis_assignment s
left join public.axis_object_ownership o on o.object_type = s.object_type and o.object_ref = s.object_ref and o.axis_code = s.axis_code
  and o.value_code = s.value_code and o.owner_kind = 'accountable' and o.lifecycle_status = 'active'
where s.axis_code = 'topic' and s.valid_to is null and s.superseded_by is null;

create view public.v_ui_axis_browser as
select r.axis_code, r.axis_name, r.axis_kind, r.status, r.active_values as values, r.active_rules as rules,
  c.required_cells as required, c.gap_cells as gap, c.quarantine
from public.v_axis_registry_coverage r
join public.v_axis_coverage_summary c on c.axis_code = r.axis_code;

create view public.v_ui_lane as
select lane, count(*) as edges from public.v_ui_object_topic group by lane;

create view public.v_ui_detector_findings as
select detector_code, severity, object_type, object_ref, axis_code, value_code, detail
from public.v_drift_finding
order by array_position(array['critical', 'warning', 'info'], severity), detector_code, object_ref;

-- a set difference here too: an anti-join without statistics, as right after the release, is quadratic
create view public.v_ui_review_queue as
select 'unowned_assignment'::text as item_kind, object_type, object_ref, axis_code, value_code,
  'assignment without an accountable owner'::text as reason
from (
  select object_type, object_ref, axis_code, value_code from public.axis_assignment where valid_to is null and superseded_by is null
  except
  select object_type, object_ref, axis_code, value_code from public.axis_object_ownership
  where owner_kind = 'accountable' and lifecycle_status = 'active'
) unowned
union all select 'value_promotion', 'axis_value', v.value_code, v.axis_code, v.value_code, 'candidate value waits for promotion'
from public.axis_value v where v.status = 'candidate'
union all select 'drift', f.object_type, f.object_ref, f.axis_code, f.value_code, f.detector_code
from public.v_drift_finding f where f.severity in ('critical', 'warning');

create view public.v_ui_coverage_dashboard as
with drift as materialized (select detector_code, severity from public.v_drift_finding)
select jsonb_build_object(
  'ownership_gap', (select count(*) from public.v_object_owner_gap),
  'topic_gap', (select count(*) from public.v_axis_coverage_gap where axis_code = 'topic'),
  'active_axes', (select count(*) from public.axis_registry where status = 'active'),
  'open_drift', (select count(*) from drift),
  'critical_drift', (select count(*) from drift where severity = 'critical'),
  -- v_ui_review_queue, counted by its three branches, so that the findings are computed once
  'review_queue_size', (select count(*) from drift where severity in ('critical', 'warning'))
    + (select count(*) from public.axis_value where status = 'candidate')
    + (select count(*) from (
         select object_type, object_ref, axis_code, value_code from public.axis_assignment where valid_to is null and superseded_by is null
         except
         select object_type, object_ref, axis_code, value_code from public.axis_object_ownership
         where owner_kind = 'accountable' and lifecycle_status = 'active') unowned),
  'reconcile', jsonb_build_object(
    'label_orphans', (select count(*) from drift where detector_code = 'label_orphan'),
    'topics_without_label', (select count(*) from public.v_reconcile_topic_without_label),
    'labels_without_topic', (select count(*) from public.v_reconcile_label_without_topic),
    'divergent_collections', (select count(*) from public.v_reconcile_collection_topic_vs_label where flag = 'divergent'),
    'projection_gaps', (select count(*) from public.v_reconcile_topic_projection_gap))) as dashboard;

-- the scanner: one bounded call, no daemon, nothing sent -------------------------------------------------------

create function public.fn_governance_scan(actor text default 'gov:drift-scanner', mode text default 'manual') returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $scan$
declare
  scan bigint; findings integer; fresh integer; vanished integer;
begin
  lock table public.governance_drift_state in share row exclusive mode; -- two scans at once would count each other's findings as new
  insert into public.governance_scan_run (actor, mode, finding_count, new_count, resolved_count)
  values (fn_governance_scan.actor, fn_governance_scan.mode, 0, 0, 0) returning scan_id into scan;

  insert into public.governance_drift_state as state
    (detector_code, severity, object_type, object_ref, axis_code, value_code, detail, first_scan_id, last_scan_id, first_seen, last_seen)
  select distinct on (f.detector_code, coalesce(f.axis_code, U&'\2205'), f.object_type, f.object_ref, coalesce(f.value_code, U&'\2205'))
    f.detector_code, f.severity, f.object_type, f.object_ref, f.axis_code, f.value_code, f.detail, scan, scan, now(), now()
  from public.v_drift_finding f
  order by f.detector_code, coalesce(f.axis_code, U&'\2205'), f.object_type, f.object_ref, coalesce(f.value_code, U&'\2205'), f.severity
  on conflict (detector_code, coalesce(axis_code, U&'\2205'), object_type, object_ref, coalesce(value_code, U&'\2205')) do update
    set severity = excluded.severity, detail = excluded.detail, status = 'open', scan_count = state.scan_count + 1,
        last_scan_id = excluded.last_scan_id, last_seen = excluded.last_seen;

  update public.governance_drift_state set status = 'resolved', last_seen = now() where status = 'open' and last_scan_id <> scan;
  get diagnostics vanished = row_count;
  select count(*), count(*) filter (where first_scan_id = scan) into findings, fresh from public.governance_drift_state
    where last_scan_id = scan;

  insert into public.governance_event_log (scan_id, event_domain, event_type, severity, safe_payload, canonical_address, actor_ref,
    source_system, emitted, blocked_reason)
  select distinct scan, p.event_domain, p.event_type, p.severity, p.safe_payload, p.canonical_address, p.actor_ref, p.source_system, false,
    case when p.emit_blocked then 'event_type_inactive (governance disabled)' else 'emission needs its own approval' end
  from public.v_drift_issue_payload p;

  update public.governance_scan_run set finding_count = findings, new_count = fresh, resolved_count = vanished,
    finished_at = clock_timestamp(),
    summary = (select coalesce(jsonb_object_agg(severity, n), '{}') from (
      select severity, count(*) as n from public.governance_drift_state where last_scan_id = scan group by severity) s)
  where scan_id = scan;
  return scan;
end
$scan$;
revoke all on function public.fn_governance_scan(text, text) from public;

-- comments, grants, views in full -------------------------------------------------------------------------

comment on table public.axis_registry is 'The classification axes of One-Roof governance.';
comment on table public.axis_assignment is
  'Which object has which value on which axis; current while valid_to and superseded_by are empty.';
comment on table public.axis_candidate_finding is 'Ships empty: a place for findings about candidates, written by a later step.';
comment on table public.topic_taxonomy_map is 'Illustrative crosswalk from topics to labels; never ratified by a human.';
comment on table public.governance_event_log is 'Shaped events that were not sent: emitted is false.';
comment on view public.v_ui_coverage_dashboard is 'One JSON row for the read-only dashboard.';

do $grants$
declare
  relation text; reader text; n bigint;
begin
  foreach relation in array string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' ') loop
    foreach reader in array array['directus', 'context_pack_readonly'] loop
      if exists (select from pg_roles where rolname = reader) then
        execute format('grant select on public.%I to %I', relation, reader);
      end if;
    end loop;
    execute format('select count(r) from public.%I r', relation) into n; -- every view must be readable in full
    if n <> 0 and (relation like 'v\_axis\_%' or relation = 'v_drift_finding') then -- the axis engine and the findings start empty
      raise exception 'REFUSING: % shows % rows right after tier 1, expected 0; look for label codes absent from taxonomy', relation, n;
    end if;
  end loop;
end $grants$;

-- what the application waits for, last; the locks that undoing needs too: a release that could not be undone keeps nothing
\set locks 'governance_object_ownership,governance_registry=access exclusive'
\ir ../runner/lock_more.sql
alter table public.axis_object_ownership add foreign key (owner_gov_code) references public.governance_registry (code);
-- the undo puts the sequence back to where it stood
select format('sequence=%s/%s', last_value, case when is_called then 't' else 'f' end) as mark
from public.governance_object_ownership_id_seq \gset
\ir ../runner/stamp_objects.sql
\ir ../runner/stamps.sql
do $after$
declare
  expected integer := current_setting('one_roof.expected_objects')::integer;
  made record;
  owners bigint := (select count(*) from public.governance_object_ownership);
begin
  if owners <> 0 then
    raise exception 'REFUSING: governance_object_ownership has % rows, expected 0; somebody owns something already, ask who', owners;
  end if;
  select * into made from json_to_record(current_setting('one_roof.stamps')::json)
    as stamps(own_applying integer, own_tables integer, own_views integer, own_functions integer);
  if made.own_applying <> expected then
    raise exception 'REFUSING: tier 1 made tables=% views=% functions=% with its stamp, expected % objects in all; look for an '
      'event trigger that changes them', made.own_tables, made.own_views, made.own_functions, expected;
  end if;
end $after$;
\ir ../runner/close_tier.sql
select format('run=%s', current_setting('one_roof.run_id'));
\ir ../runner/stamps.sql
select format('tables=%s views=%s functions=%s', made ->> 'own_tables', made ->> 'own_views', made ->> 'own_functions')
from (select :'stamps'::json) as stamped(made);
