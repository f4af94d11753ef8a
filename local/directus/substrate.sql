-- The rest of the committed substrate: build grants, rulesets, cursors, candidates. All empty.
create table public.governance_build_authorization (
  auth_code text primary key,
  request_ref varchar(64) not null references public.approval_requests (code),
  step_code text not null,
  risk_level text not null constraint chk_risk_level check (risk_level in ('low', 'medium', 'high')),
  status text not null default 'active' constraint chk_status check (status in ('active', 'consumed', 'revoked', 'expired')),
  sovereign_esign_ref uuid,
  granted_by text not null,
  granted_at timestamptz not null default now(),
  expires_at timestamptz not null,
  consumed_at timestamptz,
  consumed_by text,
  revoked_at timestamptz,
  revoked_by text,
  constraint chk_expiry check (expires_at > granted_at),
  constraint chk_sov_esign check (risk_level <> 'high' or sovereign_esign_ref is not null),
  constraint chk_consumed_pair check ((consumed_at is null) = (consumed_by is null)),
  constraint chk_revoked_pair check ((revoked_at is null) = (revoked_by is null))
);
create unique index uq_one_active_grant_per_step on public.governance_build_authorization (step_code) where status = 'active';
create index ix_build_auth_request on public.governance_build_authorization (request_ref);
create index ix_build_auth_status on public.governance_build_authorization (status);
create index ix_build_auth_expires on public.governance_build_authorization (expires_at);

-- High risk needs a president and two council votes, no reject, the proposer not counted. Without an action code: false.
create function public.quorum_passed(apr_code text) returns boolean language sql stable as $$
  select coalesce((
    select count(*) filter (where vote.approver_type = 'human' and vote.decision = 'approve' and vote.approver ilike '%president%') >= 1
       and count(*) filter (where vote.approver_type = 'ai_council' and vote.decision = 'approve') >= 2
       and count(*) filter (where vote.decision = 'reject') = 0
    from public.approval_requests as request
    join public.apr_action_types as action on action.action_code = request.proposed_action_code
    join public.apr_approvals as vote on vote.apr_id = request.id
    where request.code = apr_code and vote.approver is distinct from request.source_context ->> 'proposer'
    group by request.id
  ), false)
$$;
create function public.valid_sovereign_esign(apr_code text) returns boolean language sql stable as $$
  select exists (select from public.os_proposal_approvals where esignature_agreement and metadata ->> 'apr_code' = apr_code)
$$;
create view public.v_build_auth_valid as
  select auth_code, request_ref, step_code, risk_level, expires_at
  from public.governance_build_authorization where status = 'active' and expires_at > now();
create function public.fn_build_commit_allowed(step text, auth text) returns boolean language sql stable as $$
  select exists (select from public.v_build_auth_valid where step_code = step and auth_code = auth)
$$;

create table public.governance_ruleset (
  ruleset_version text primary key,
  status text not null default 'draft' constraint chk_ruleset_status check (status in ('draft', 'active', 'retired')),
  rules jsonb not null default '{}',
  created_at timestamptz not null default now(),
  created_by text
);
create table public.gov_worker_cursor (
  worker_code text primary key,
  position text,
  updated_at timestamptz not null default now()
);
create table public.evolution_snapshots (
  id bigserial primary key,
  taken_at timestamptz not null,
  summary jsonb not null default '{}'
);
create table public.governance_candidate_state (
  id bigserial primary key,
  group_key text not null,
  candidate_key text not null,
  ruleset_version text not null references public.governance_ruleset (ruleset_version),
  snapshot_id bigint references public.evolution_snapshots (id),
  status text not null default 'open',
  created_at timestamptz not null default now(),
  unique (group_key, ruleset_version),
  unique (candidate_key, ruleset_version)
);
create table public.governance_candidate_object (
  id bigserial primary key,
  candidate_id bigint not null references public.governance_candidate_state (id),
  object_type text not null,
  object_ref text not null
);
create table public.candidate_scan_run (
  id bigserial primary key,
  ruleset_version text references public.governance_ruleset (ruleset_version),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  found integer
);
grant select on public.governance_build_authorization, public.v_build_auth_valid, public.governance_ruleset, public.gov_worker_cursor,
  public.evolution_snapshots, public.governance_candidate_state, public.governance_candidate_object, public.candidate_scan_run
  to directus, context_pack_readonly;
