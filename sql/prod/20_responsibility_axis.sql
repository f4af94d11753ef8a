-- Tier 2, responsibility axis: the six scopes as an axis, and the rule that every collection needs an owner for each.
\set writes 'axis_registry,axis_value,coverage_rule'
\set locks :writes
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
do $tier$
declare
  tag text := 'PROD_responsibility_2026-06-03';
  figures record;
  expected_scopes bigint := current_setting('one_roof.expected_scopes')::bigint;
  expected_gap bigint := current_setting('one_roof.expected_gap')::bigint;
begin
  select (select count(*) from public.axis_registry where axis_code = 'responsibility') as axes,
         (select count(*) from public.axis_value where axis_code = 'responsibility') as axis_values,
         (select count(*) from public.coverage_rule where axis_code = 'responsibility' or rule_code = 'CR-RESP-ALL') as rules,
         (select count(*) from public.governance_responsibility_scope where status = 'active') as scopes
  into figures;
  if figures.axes + figures.axis_values + figures.rules > 0 then
    raise exception 'REFUSING: responsibility axis already present (axes=%, values=%, rules=%), expected none; '
      'undo tier 2 with per_tier_rollback.sql first',
      figures.axes, figures.axis_values, figures.rules;
  end if;
  if figures.scopes <> expected_scopes then
    raise exception 'REFUSING: % active scopes, expected %; somebody added or retired a scope, take the baseline again',
      figures.scopes, expected_scopes;
  end if;

  insert into public.axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, owner_scope_ref, status, lifecycle_status,
    created_by)
  values ('responsibility', 'Responsibility', 'system', 'system', 'governance_responsibility_scope', 'policy', 'active', 'active', tag);
  insert into public.axis_value (axis_code, value_code, status, provenance, created_by)
  select 'responsibility', scope_code, 'active', jsonb_build_object('kind', 'scope', 'source', 'governance_responsibility_scope'), tag
  from public.governance_responsibility_scope where status = 'active';
  insert into public.coverage_rule (rule_code, axis_code, applies_to, coverage_mode, confidence_threshold, staleness_days,
    required_owner_kind, status, created_by)
  values ('CR-RESP-ALL', 'responsibility', 'collection', 'cross_product', null, null, 'accountable', 'active', tag);

  with generalised as materialized (select object_type, object_ref, value_code from public.v_axis_coverage_gap
    where axis_code = 'responsibility'),
       canonical as materialized (select object_type, object_ref, scope from public.v_object_owner_gap)
  select (select count(*) from public.axis_registry) as axes, (select count(*) from public.axis_value) as axis_values,
         (select count(*) from public.coverage_rule) as rules,
         (select count(*) from public.v_axis_required_cell where axis_code = 'responsibility') as required,
         (select count(*) from generalised) as generalised, (select count(*) from canonical) as canonical,
         (select count(*) from ((table generalised except table canonical)
                               union all (table canonical except table generalised)) difference) as drift
  into figures;
  if figures.axes <> 1 or figures.axis_values <> expected_scopes or figures.rules <> 1 then
    raise exception 'REFUSING: tier 2 made axes=% values=% rules=%, expected 1, % and 1',
      figures.axes, figures.axis_values, figures.rules, expected_scopes;
  end if;
  if figures.required <> expected_gap or figures.generalised <> expected_gap or figures.canonical <> expected_gap or figures.drift <> 0 then
    raise exception 'REFUSING: required=% generalised gap=% canonical gap=% with % cells that differ, expected % three times and 0; '
      'compare v_axis_coverage_gap with v_object_owner_gap',
      figures.required, figures.generalised, figures.canonical, figures.drift, expected_gap;
  end if;
end $tier$;
select format('required=%s generalized gap=%s == canonical=%s (zero drift)', required, generalised, canonical) as proof,
  required = generalised and generalised = canonical as figures_equal
from (select (select count(*) from public.v_axis_required_cell where axis_code = 'responsibility') as required,
             (select count(*) from public.v_axis_coverage_gap where axis_code = 'responsibility') as generalised,
             (select count(*) from public.v_object_owner_gap) as canonical) figures \gset
\ir ../runner/close_tier.sql
select :'proof' where :'figures_equal'; -- what differs is not called zero drift: without the line, tier 2 is unproven
