-- The ownership core: six scopes, and the (still empty) store of who owns what.
create table public.governance_responsibility_scope (
  scope_code text primary key,
  description text,
  default_owner_hint text references public.governance_registry (code),
  status text not null default 'active' constraint chk_gov_scope_status check (status in ('active', 'retired'))
);
insert into public.governance_responsibility_scope (scope_code, description, default_owner_hint) values
  ('policy', 'Decides what the rules are', 'GOV-COUNCIL'),
  ('health', 'Keeps it sound', 'GOV-SIV'),
  ('execution', 'Runs it', 'GOV-DOT'),
  ('render', 'Shows it', 'GOV-MOUT'),
  ('approval', 'Agrees to changes', 'GOV-COUNCIL'),
  ('audit', 'Checks what was done', 'GOV-COUNCIL');

create table public.governance_object_ownership (
  id bigserial primary key,
  object_type text not null,
  object_ref text not null,
  scope text not null references public.governance_responsibility_scope (scope_code),
  owner_kind text not null
    constraint chk_owner_kind check (owner_kind in ('accountable', 'supporting', 'delegated', 'exception')),
  owner_gov_code text not null references public.governance_registry (code),
  is_inherited_anchor boolean not null default false,
  effective_from timestamptz not null default now(),
  effective_to timestamptz,
  lifecycle_status text not null default 'active'
    constraint chk_lifecycle_status check (lifecycle_status in ('active', 'superseded', 'revoked', 'expired')),
  approval_ref text,
  audit_ref text,
  rollback_ref text,
  source_law_ref text,
  source_design_ref text,
  supersedes_id bigint references public.governance_object_ownership (id),
  created_at timestamptz not null default now(),
  created_by text,
  updated_at timestamptz,
  updated_by text,
  constraint chk_delegated_ttl check (owner_kind <> 'delegated' or effective_to is not null)
);
create unique index uq_gov_obj_accountable on public.governance_object_ownership (object_type, object_ref, scope)
  where owner_kind = 'accountable' and lifecycle_status = 'active';
create index ix_gov_obj_resolve on public.governance_object_ownership (object_type, object_ref);
create index ix_gov_obj_owner on public.governance_object_ownership (owner_gov_code);
-- Rehearsals that were rolled back have advanced the sequence; their rows are gone, its position is not.
select setval('public.governance_object_ownership_id_seq', 64, true) \g /dev/null

grant select on public.governance_responsibility_scope, public.governance_object_ownership to directus, context_pack_readonly;
