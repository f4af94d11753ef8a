-- The approval spine: 211 requests with 42 votes, 14 action types, and the (still empty) signature table.
create table public.apr_request_types (
  code varchar(64) primary key,
  name varchar(255) not null,
  status varchar(32) not null default 'active'
);
insert into public.apr_request_types (code, name) values
  ('constitutional_ratification', 'Constitutional ratification'), ('schema_change', 'Schema change'), ('data_fix', 'Data fix'),
  ('label_change', 'Label change'), ('workflow_change', 'Workflow change'), ('dot_registration', 'Tool registration');

create table public.apr_action_types (
  id serial primary key,
  action_code varchar(64) not null unique,
  name varchar(255) not null,
  handler varchar(64) not null,
  risk_level varchar(16) not null constraint chk_apr_action_types_risk check (risk_level in ('low', 'medium', 'high')),
  status varchar(32) not null default 'active'
);
insert into public.apr_action_types (action_code, name, handler, risk_level)
select action_code, initcap(replace(action_code, '_', ' ')), handler, risk_level
from (values
  ('create_record', 'directus_item', 'low'), ('update_record', 'directus_item', 'medium'), ('retire_record', 'directus_item', 'medium'),
  ('create_label', 'taxonomy', 'low'), ('merge_label', 'taxonomy', 'medium'), ('register_tool', 'dot', 'medium'),
  ('ratify_auth_model', 'unimplemented', 'high'), ('grant_build_step', 'unimplemented', 'high'), ('revoke_build_step', 'unimplemented', 'high'),
  ('seed_ownership', 'unimplemented', 'high'), ('transfer_ownership', 'unimplemented', 'high'), ('revoke_ownership', 'unimplemented', 'high'),
  ('activate_ruleset', 'unimplemented', 'high'), ('activate_event_type', 'unimplemented', 'high')
) as action (action_code, handler, risk_level);

create table public.approval_requests (
  id serial primary key,
  code varchar(64) not null unique,
  status varchar(32) not null default 'pending'
    constraint chk_approval_requests_status check (status in ('pending', 'approved', 'applied', 'rejected', 'expired')),
  action varchar(32) not null constraint chk_approval_requests_action check (action in ('add', 'modify', 'delete', 'review')),
  request_type varchar(64) not null,
  request_type_code varchar(64) references public.apr_request_types (code),
  proposed_action_code varchar(64) references public.apr_action_types (action_code),
  proposed_action text,
  target_collection varchar(255) not null,
  target_entity_code varchar(255),
  title varchar(255),
  priority varchar(16) not null default 'normal',
  evidence text,
  source varchar(255),
  source_context jsonb not null default '{}',
  review_note text,
  reviewed_by varchar(255),
  reviewed_at timestamptz,
  applied_at timestamptz,
  date_created timestamptz not null default now(),
  date_updated timestamptz
);
create index idx_approval_requests_status on public.approval_requests (status);

-- The request that counts, and the ones that must not be taken for it.
insert into public.approval_requests
  (code, status, action, request_type, request_type_code, proposed_action_code, target_collection, title, priority, source, source_context,
   reviewed_by, reviewed_at, applied_at, date_created)
select code, status, action, request_type, request_type, action_code, 'governance_object_ownership', title, 'high', 'governance/bootstrap',
       '{"proposer": "governance-owner"}',
       case when status in ('approved', 'applied', 'rejected') then 'council' end,
       case when status in ('approved', 'applied', 'rejected') then :'anchor'::timestamptz - interval '2 days' end,
       case when status = 'applied' then :'anchor'::timestamptz - interval '1 day' end,
       :'anchor'::timestamptz - interval '5 days'
from (values
  ('APR-BOOT-AUTHMODEL-1', 'approved', 'modify', 'constitutional_ratification', null, 'Authorisation model: D-BOOT-1 and D-BOOT-2'),
  ('APR-BOOT-AUTHMODEL-2', 'pending', 'modify', 'constitutional_ratification', null, 'Authorisation model, second reading'),
  ('APR-BOOT-AUTHMODEL-3', 'rejected', 'modify', 'constitutional_ratification', null, 'Authorisation model without a council'),
  ('APR-BOOT-AUTHMODEL-4', 'expired', 'modify', 'constitutional_ratification', null, 'Authorisation model, first draft'),
  ('APR-BOOT-AUTHMODEL-5', 'applied', 'modify', 'constitutional_ratification', 'ratify_auth_model', 'Earlier authorisation model'),
  ('APR-BOOT-AUTHMODEL-6', 'approved', 'add', 'constitutional_ratification', null, 'Filed with the wrong action, so approved by itself'),
  ('APR-BOOT-AUTHMODEL-7', 'approved', 'delete', 'constitutional_ratification', null, 'Withdrawal of an older model'),
  ('APR-BOOT-AUTHMODEL-8', 'approved', 'review', 'constitutional_ratification', null, 'Yearly review'),
  ('APR-SCHEMA-1', 'approved', 'modify', 'schema_change', 'update_record', 'Right action, wrong type'),
  ('APR-SCHEMA-2', 'pending', 'modify', 'schema_change', 'update_record', 'Pending and of the wrong type')
) as request (code, status, action, request_type, action_code, title);

insert into public.approval_requests
  (code, status, action, request_type, request_type_code, proposed_action_code, target_collection, target_entity_code, title, source,
   source_context, reviewed_by, reviewed_at, date_created, date_updated)
select 'APR-' || lpad(n::text, 4, '0'), status, (array['add', 'modify', 'delete', 'review'])[n % 4 + 1], type, type,
       (array['create_record', 'update_record', 'retire_record', 'create_label', 'register_tool'])[n % 5 + 1],
       (array['tasks', 'taxonomy', 'dot_tools', 'workflows'])[n % 4 + 1], 'ENT-' || n, 'Request ' || n, 'agent/steward',
       jsonb_build_object('proposer', 'agent-' || n % 6), case when status <> 'pending' then 'council' end,
       case when status <> 'pending' then :'anchor'::timestamptz - make_interval(days => 205 - n, hours => 6) end,
       :'anchor'::timestamptz - make_interval(days => 212 - n), :'anchor'::timestamptz - make_interval(days => 205 - n)
from generate_series(11, 211) as n
cross join lateral (select (array['applied', 'applied', 'approved', 'rejected', 'applied', 'expired', 'pending'])[n % 7 + 1] as status,
                           (array['schema_change', 'data_fix', 'label_change', 'workflow_change', 'dot_registration'])[n % 5 + 1] as type) as drawn
order by n;

create table public.apr_approvals (
  id serial primary key,
  apr_id integer not null references public.approval_requests (id),
  approver varchar(255) not null,
  approver_type varchar(32) not null constraint chk_apr_approvals_type check (approver_type in ('human', 'ai_council')),
  decision varchar(16) not null constraint chk_apr_approvals_decision check (decision in ('approve', 'reject', 'abstain')),
  rationale text,
  created_at timestamptz not null default now()
);
insert into public.apr_approvals (apr_id, approver, approver_type, decision, rationale, created_at)
select request.id, approver, approver_type, decision, 'Vote on ' || request.code, :'anchor'::timestamptz - interval '3 days'
from (values
  (1, 1, 'president.nguyen', 'human', 'approve'), (2, 1, 'council-gpt', 'ai_council', 'approve'), (3, 1, 'council-claude', 'ai_council', 'approve'),
  (4, 2, 'council-gpt', 'ai_council', 'approve'), (5, 3, 'president.nguyen', 'human', 'reject'), (6, 3, 'council-gpt', 'ai_council', 'approve'),
  (7, 5, 'president.nguyen', 'human', 'approve'), (8, 5, 'council-gpt', 'ai_council', 'approve'), (9, 5, 'council-claude', 'ai_council', 'approve'),
  (10, 9, 'council-gpt', 'ai_council', 'approve')
) as vote (position, apr_id, approver, approver_type, decision)
join public.approval_requests as request on request.id = vote.apr_id
order by position;
insert into public.apr_approvals (apr_id, approver, approver_type, decision, rationale, created_at)
select id, 'council-gpt', 'ai_council', case when status = 'rejected' then 'reject' else 'approve' end, 'Vote on ' || code, reviewed_at
from public.approval_requests where id > 10 and status in ('applied', 'rejected') order by id limit 32;

-- A person's e-signature. Empty in production until the president signs; an engineer never writes here.
create table public.os_proposal_approvals (
  id uuid primary key default gen_random_uuid(),
  status varchar(255) not null default 'draft',
  sort integer,
  user_created uuid,
  date_created timestamptz,
  user_updated uuid,
  date_updated timestamptz,
  signature_text varchar(255),
  signature_image uuid,
  signature_type varchar(255),
  first_name varchar(255),
  last_name varchar(255),
  organization uuid,
  proposal uuid,
  email varchar(255),
  metadata json,
  ip_address varchar(255),
  esignature_agreement boolean,
  contact uuid
);
