-- Event and issue surfaces. The release must leave every one of them alone.
create table public.event_type_registry (
  event_domain text not null,
  event_type text not null,
  event_stream text not null
    constraint chk_event_type_stream check (event_stream in ('comment', 'review', 'update', 'birth', 'task', 'alert', 'health')),
  delivery_lane text not null constraint chk_event_type_lane check (delivery_lane in ('immediate', 'delayed')),
  default_severity text not null constraint chk_event_type_severity check (default_severity in ('info', 'warning', 'critical')),
  active boolean not null default true,
  description text,
  primary key (event_domain, event_type)
);
insert into public.event_type_registry (event_domain, event_type, event_stream, delivery_lane, default_severity, active, description)
select domain, domain || '.' || verb, stream, lane, severity, true, 'Application event'
from unnest(array['iu', 'apr', 'dot', 'task', 'workflow', 'label', 'system', 'registry']) as domain
cross join (values
  ('created', 'birth', 'delayed', 'info'), ('updated', 'update', 'delayed', 'info'), ('commented', 'comment', 'immediate', 'info'),
  ('review_requested', 'review', 'immediate', 'warning'), ('failed', 'alert', 'immediate', 'critical')
) as shape (verb, stream, lane, severity);
-- Governance events exist and are switched off: nothing may be emitted before a later, separate approval.
insert into public.event_type_registry (event_domain, event_type, event_stream, delivery_lane, default_severity, active, description) values
  ('governance', 'backfill.sweep_completed', 'update', 'delayed', 'info', false, 'A backfill sweep ended'),
  ('governance', 'candidate.scan_completed', 'health', 'delayed', 'info', false, 'A candidate scan ended'),
  ('governance', 'coverage.scan_completed', 'health', 'delayed', 'info', false, 'A coverage scan ended'),
  ('governance', 'handoff.object_born', 'birth', 'delayed', 'info', false, 'An object was born'),
  ('governance', 'input.untrusted_source', 'alert', 'delayed', 'warning', false, 'Input came from an untrusted source');

create table public.event_outbox (
  id uuid primary key default gen_random_uuid(),
  event_domain text not null,
  event_type text not null,
  event_stream text not null,
  delivery_lane text not null,
  event_severity text not null default 'info',
  event_subject_table text,
  event_subject_ref text,
  safe_payload jsonb not null default '{}',
  occurred_at timestamptz not null default now(),
  canonical_address text not null,
  actor_ref text,
  source_system text
);

create table public.system_issues (
  id bigserial primary key,
  code varchar(64) not null unique,
  title varchar(255) not null,
  issue_type varchar(64) not null,
  severity varchar(16) not null,
  status varchar(32) not null default 'open',
  source varchar(64),
  collection varchar(255),
  entity_code varchar(255),
  fingerprint varchar(64),
  description text,
  occurrence_count integer not null default 1,
  date_created timestamptz not null default now(),
  date_updated timestamptz
);

create table public.birth_registry (
  id bigserial primary key,
  collection_name varchar(255) not null,
  entity_code varchar(255) not null,
  species varchar(64),
  status varchar(32) not null default 'born',
  born_at timestamptz not null default now(),
  certificate jsonb not null default '{}'
);

-- An unrelated subsystem with "axis" in its names: a presence test by pattern would be fooled.
create table public.iu_three_axis_envelope (
  id serial primary key,
  iu_code varchar(64) not null,
  structural_axis text,
  semantic_axis text,
  temporal_axis text,
  date_created timestamptz
);
create table public.iu_three_axis_envelope_history (
  id serial primary key,
  envelope_id integer not null references public.iu_three_axis_envelope (id),
  changed_at timestamptz,
  before jsonb
);
create view public.iu_three_axis_envelope_current as
  select id, iu_code, structural_axis, semantic_axis, temporal_axis from public.iu_three_axis_envelope;
create view public.v_iu_three_axis_envelope_summary as
  select structural_axis, count(*) as envelopes from public.iu_three_axis_envelope group by structural_axis;
insert into public.iu_three_axis_envelope (iu_code, structural_axis, semantic_axis, temporal_axis, date_created)
select 'IU-' || lpad(n::text, 4, '0'), 's' || n % 3, 'm' || n % 5, 't' || n % 4, :'anchor'::timestamptz - make_interval(days => n)
from generate_series(1, 12) as n;

create table public.iu_metadata_tag (
  id serial primary key,
  iu_code varchar(64) not null,
  tag_key varchar(64) not null,
  tag_value varchar(255),
  date_created timestamptz
);
insert into public.iu_metadata_tag (iu_code, tag_key, tag_value, date_created)
select 'IU-' || lpad((n % 134)::text, 4, '0'), (array['origin', 'language', 'phase', 'owner'])[n / 134 % 4 + 1], 'v' || n % 11,
       :'anchor'::timestamptz - make_interval(hours => n)
from generate_series(0, 535) as n;
