-- Tier 3, ownership seed, the sovereign act: one accountable owner per group and scope; every collection inherits from its group.
\set writes 'governance_object_ownership'
\set locks :writes ',governance_object_ownership_id_seq'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
\ir seed_digest.sql
do $before$
declare
  expected_gap bigint := current_setting('one_roof.expected_gap')::bigint;
  figures record; unknown text;
begin
  select (select count(*) from public.v_object_owner_gap) as gap, (select count(*) from public.governance_object_ownership) as own,
         (select count(*) from public.v_object_owner_conflict) as conflict,
         (select count(*) from public.v_governance_object_inventory where born and requires_owner) as inventory,
         (select count(*) from public.governance_responsibility_scope where status = 'active') as scopes
  into figures;
  if figures.own <> 0 then
    raise exception 'REFUSING: governance_object_ownership has % rows, expected 0; somebody owns something already, ask who', figures.own;
  end if;
  if figures.gap <> expected_gap then
    raise exception 'REFUSING: gap % = % inventory rows x % active scopes, expected gap % = % x %; take the baseline again',
      figures.gap, figures.inventory, figures.scopes,
      expected_gap, current_setting('one_roof.expected_inventory'), current_setting('one_roof.expected_scopes');
  end if;
  if figures.conflict <> 0 then
    raise exception 'REFUSING: v_object_owner_conflict has % rows, expected 0; resolve the conflict first', figures.conflict;
  end if;
  select string_agg(split_part(entry, '=', 2), ', ') into unknown from string_to_table(current_setting('one_roof.owner_map'), ',') entry
  where not exists (select from public.governance_registry r where r.code = split_part(entry, '=', 2) and r.status <> 'retired');
  if unknown is not null then
    raise exception 'REFUSING: owners unknown to governance_registry or retired: %, expected every owner of the plan; '
      'mend the plan''s owner map', unknown;
  end if;
end $before$;

insert into public.governance_object_ownership (object_type, object_ref, scope, owner_kind, owner_gov_code, is_inherited_anchor,
  effective_from, lifecycle_status, approval_ref, audit_ref, rollback_ref, source_design_ref, created_at, created_by)
select object_type, object_ref, scope, owner_kind, owner_gov_code, is_inherited_anchor, effective_from, lifecycle_status, approval_ref,
  :seed_digest, rollback_ref, source_design_ref, now(), 'PROD_OWNERSHIP_SEED_2026-06-03'
from (
  select 'group' as object_type, split_part(entry, '=', 1) as object_ref, s.scope_code::text as scope, 'accountable' as owner_kind,
         split_part(entry, '=', 2) as owner_gov_code, true as is_inherited_anchor,
         now() as effective_from, null::timestamptz as effective_to, 'active' as lifecycle_status, :'ratified_apr' as approval_ref,
         'one-roof/' || current_setting('one_roof.run_id') as rollback_ref, null::text as source_law_ref,
         'One-Roof release, tier 3' as source_design_ref, null::bigint as supersedes_id, null::text as updated_by, place
  from string_to_table(current_setting('one_roof.owner_map'), ',') with ordinality as map(entry, place)
  cross join public.governance_responsibility_scope s
  where s.status = 'active'
) seed
order by place, scope;

select count(*) as altered from public.governance_object_ownership where audit_ref is distinct from :seed_digest \gset
select set_config('one_roof.altered', :'altered', true) as altered \gset
do $after$
declare
  apr text := current_setting('one_roof.ratified_apr');
  altered bigint := current_setting('one_roof.altered')::bigint;
  expected bigint := current_setting('one_roof.expected_ownership')::bigint;
  figures record;
begin
  if altered > 0 then
    raise exception 'REFUSING: % seed rows are not stored as they were written, expected 0; a trigger, a default or the type of a '
      'column alters them, and the rollback would take that for a change by somebody', altered;
  end if;
  select (select count(*) from public.governance_object_ownership) as own,
         (select count(*) from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and approval_ref = apr
            and object_type = 'group' and owner_kind = 'accountable' and is_inherited_anchor and lifecycle_status = 'active') as new,
         (select count(*) from public.v_object_owner_gap) as gap, (select count(*) from public.v_object_owner_conflict) as conflict
  into figures;
  if figures.new <> expected or figures.own <> expected or figures.gap <> 0 or figures.conflict <> 0 then
    raise exception 'REFUSING: tier 3 ends with new=% (of % rows) gap=% conflict=%, expected new=% gap=0 conflict=0; % ',
      figures.new, figures.own, figures.gap, figures.conflict, expected,
      coalesce('without an owner: ' || (select string_agg(distinct object_ref, ', ')
                                        from (select object_ref from public.v_object_owner_gap order by 1 limit 60) g),
               'compare the owner map with the groups');
  end if;
end $after$;
select format('new=%s gap=%s conflict=%s',
  (select count(*) from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'
    and approval_ref = :'ratified_apr'),
  (select count(*) from public.v_object_owner_gap), (select count(*) from public.v_object_owner_conflict)) as proof \gset
select format('WARNING: owner %s of %s is %s in governance_registry, not active', r.code,
  case when count(*) > 3 then count(*) || ' groups' else string_agg(split_part(entry, '=', 1), ' and ') end, r.status)
from string_to_table(current_setting('one_roof.owner_map'), ',') entry
  join public.governance_registry r on r.code = split_part(entry, '=', 2)
where r.status <> 'active' group by r.code, r.status order by r.code;
\ir ../runner/close_tier.sql
select :'proof';
