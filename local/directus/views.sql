-- The five prerequisite views. They stay linear up to tens of thousands of collections, whatever the planner
-- believes about a store that was empty a moment ago: no join here can become a nested loop over two large sets.

-- What is governed and born. The cast to text keeps the column types that the placeholder views had.
create view public.v_governance_object_inventory as
select 'collection'::text as object_type,
       collection_name::text as object_ref,
       governance_role in ('governed', 'locked') as requires_owner,
       coverage_status = 'BIRTH_REQUIRED' as born
from public.collection_registry
where governance_role = 'governed' and coverage_status = 'BIRTH_REQUIRED';

-- Each of them lies in one group.
create view public.v_governance_object_containment as
select 'collection'::text as object_type,
       collection_name::text as object_ref,
       'group'::text as parent_type,
       "group"::text as parent_ref
from public.collection_registry
where governance_role = 'governed' and coverage_status = 'BIRTH_REQUIRED' and "group" <> '';

-- The accountable owner of each (object, scope): an own row, else the nearest ancestor's anchor. The kind is a constant,
-- so that asking for accountable owners does not make the planner expect a handful of rows.
create view public.v_object_effective_owner as
with recursive climb (object_type, object_ref, at_type, at_ref, depth) as (
  select start.object_type, start.object_ref, start.object_type, start.object_ref, 0
  from (
    select object_type, object_ref from public.v_governance_object_containment
    union
    select object_type, object_ref from public.governance_object_ownership
    where owner_kind = 'accountable' and lifecycle_status = 'active'
  ) as start
  union all
  select climb.object_type, climb.object_ref, edge.parent_type, edge.parent_ref, climb.depth + 1
  from climb
  join public.v_governance_object_containment as edge
    on edge.object_type = climb.at_type and edge.object_ref = climb.at_ref
  where climb.depth < 64
)
select distinct on (climb.object_type, climb.object_ref, owned.scope)
       climb.object_type,
       climb.object_ref,
       owned.scope,
       owned.owner_gov_code,
       'accountable'::text as owner_kind,
       climb.at_type as source_anchor_type,
       climb.at_ref as source_anchor_ref,
       case when climb.depth = 0 then 'direct' else 'inherited' end as resolution,
       climb.depth
from climb
cross join lateral (
  select store.scope, store.owner_gov_code
  from public.governance_object_ownership as store
  where store.object_type = climb.at_type and store.object_ref = climb.at_ref
    and store.owner_kind = 'accountable' and store.lifecycle_status = 'active'
    and (climb.depth = 0 or store.is_inherited_anchor)
  offset 0
) as owned
order by climb.object_type, climb.object_ref, owned.scope, climb.depth;

-- Required cells that nobody answers for.
create view public.v_object_owner_gap as
select missing.object_type, missing.object_ref, missing.scope, 'no_accountable_owner'::text as gap_reason
from (
  select object.object_type, object.object_ref, scope.scope_code as scope
  from public.v_governance_object_inventory as object
  cross join public.governance_responsibility_scope as scope
  where object.born and object.requires_owner and scope.status = 'active'
  except
  select object_type, object_ref, scope from public.v_object_effective_owner where owner_kind = 'accountable'
) as missing;

-- Cells with more than one accountable owner: empty, as long as the partial unique index stands.
create view public.v_object_owner_conflict as
select object_type, object_ref, scope, count(*) as accountable_owners
from public.governance_object_ownership
where owner_kind = 'accountable' and lifecycle_status = 'active'
group by object_type, object_ref, scope
having count(*) > 1;

grant select on public.v_governance_object_inventory, public.v_governance_object_containment, public.v_object_effective_owner,
  public.v_object_owner_gap, public.v_object_owner_conflict to directus, context_pack_readonly;
