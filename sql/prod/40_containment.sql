-- Tier 4, containment axis: every governed collection belongs to one group, and the group's authority owns that cell.
\set writes 'axis_registry,axis_value,coverage_rule,axis_assignment,axis_object_ownership'
\set locks :writes
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
do $tier$
declare
  apr text := current_setting('one_roof.ratified_apr');
  tag text := 'PROD_containment_2026-06-03';
  expected_inventory bigint := current_setting('one_roof.expected_inventory')::bigint;
  owner_map text[] := string_to_array(current_setting('one_roof.owner_map'), ',');
  expected_groups bigint := cardinality(owner_map);
  figures record; islands text;
begin
  select (select count(*) from public.axis_registry where axis_code = 'containment')
         + (select count(*) from public.axis_value where axis_code = 'containment')
         + (select count(*) from public.coverage_rule where axis_code = 'containment')
         + (select count(*) from public.axis_assignment where axis_code = 'containment')
         + (select count(*) from public.axis_object_ownership where axis_code = 'containment') as present,
         (select count(*) from public.v_object_owner_gap) as gap,
         (select count(*) from public.v_governance_object_inventory where born and requires_owner) as inventory
  into figures;
  if figures.present > 0 then
    raise exception 'REFUSING: containment axis already present (% rows), expected none; undo tier 4 with per_tier_rollback.sql first',
      figures.present;
  end if;
  if figures.gap <> 0 then
    raise exception 'REFUSING: gap is %, expected 0 after tier 3; run the tiers in their order', figures.gap;
  end if;
  if figures.inventory <> expected_inventory then
    raise exception 'REFUSING: % inventory rows, expected %; somebody added or retired a collection, take the baseline again',
      figures.inventory, expected_inventory;
  end if;
  -- no hidden island: each collection lies in exactly one group, and each group is in the plan
  select string_agg(format('%s (%s)', i.object_ref, coalesce(c.groups, 'no group')), ', ' order by i.object_ref)
  into islands
  from public.v_governance_object_inventory i
  left join (select object_type, object_ref, string_agg(parent_ref, '+') as groups,
                    count(*) = 1 and bool_and(parent_ref in (select split_part(e, '=', 1) from unnest(owner_map) e)) as fine
             from public.v_governance_object_containment where parent_type = 'group' group by object_type, object_ref) c
    on c.object_type = i.object_type and c.object_ref = i.object_ref
  where i.born and i.requires_owner and c.fine is not true;
  if islands is not null then
    raise exception 'REFUSING: collections outside the planned groups: %, expected none; set their group or mend the plan',
      left(islands, 1000);
  end if;

  insert into public.axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, status, lifecycle_status, created_by)
  values ('containment', 'Containment', 'structural', 'deterministic', 'v_governance_object_containment', 'active', 'active', tag);
  insert into public.axis_value (axis_code, value_code, status, provenance, created_by)
  select 'containment', split_part(entry, '=', 1), 'active', jsonb_build_object('kind', 'group', 'source', 'collection_registry'), tag
  from unnest(owner_map) entry;
  insert into public.coverage_rule (rule_code, axis_code, applies_to, coverage_mode, confidence_threshold, staleness_days,
    required_owner_kind, status, created_by)
  values ('CR-CONTAIN-ASSIGNED', 'containment', 'collection', 'per_assignment', 0.5, 0, 'accountable', 'active', tag);
  insert into public.axis_assignment (object_type, object_ref, axis_code, value_code, zone, match_score, confidence, provenance,
    assigned_kind, assigned_at, created_by)
  select i.object_type, i.object_ref, 'containment', c.parent_ref, 'approved', 1.0, 1.0,
    jsonb_build_object('kind', 'rule', 'source', 'v_governance_object_containment'), 'rule', now(), tag
  from public.v_governance_object_inventory i
  join public.v_governance_object_containment c on c.object_type = i.object_type and c.object_ref = i.object_ref and c.parent_type = 'group'
  where i.born and i.requires_owner
  order by i.object_ref;
  insert into public.axis_object_ownership (object_type, object_ref, axis_code, value_code, owner_gov_code, owner_kind,
    approval_ref, created_by)
  select a.object_type, a.object_ref, a.axis_code, a.value_code, split_part(entry, '=', 2), 'accountable', apr, tag
  from public.axis_assignment a
  join unnest(owner_map) entry on split_part(entry, '=', 1) = a.value_code
  where a.axis_code = 'containment'
  order by a.object_ref;

  select (select count(*) from public.axis_value where axis_code = 'containment') as groups,
         (select count(*) from public.axis_assignment where axis_code = 'containment') as assignments,
         (select count(*) from public.axis_object_ownership where axis_code = 'containment') as owners,
         (select count(*) from public.v_axis_required_cell where axis_code = 'containment') as required,
         (select count(*) from public.v_axis_coverage_gap where axis_code = 'containment') as gap,
         (select count(*) from public.v_axis_missing_assignment where axis_code = 'containment') as missing,
         (select count(*) from public.v_drift_coverage_rule_missing where axis_code = 'containment') as ruleless
  into figures;
  if figures.groups <> expected_groups or figures.assignments <> expected_inventory or figures.owners <> expected_inventory
     or figures.required <> expected_inventory or figures.gap <> 0 or figures.missing <> 0 or figures.ruleless <> 0 then
    raise exception 'REFUSING: tier 4 ends with groups=% assignments=% owners=% required=% gap=% missing=% ruleless=%, expected % % % % 0 '
      '0 0; compare the containment view with the owner map',
      figures.groups, figures.assignments, figures.owners, figures.required, figures.gap, figures.missing, figures.ruleless,
      expected_groups, expected_inventory, expected_inventory, expected_inventory;
  end if;
end $tier$;
select format('containment %s %s', value_code, count(*)) from public.axis_assignment where axis_code = 'containment'
group by value_code order by value_code limit 20;
select format('required=%s gap=%s', (select count(*) from public.v_axis_required_cell where axis_code = 'containment'),
  (select count(*) from public.v_axis_coverage_gap where axis_code = 'containment')) as proof \gset
\ir ../runner/close_tier.sql
select :'proof';
