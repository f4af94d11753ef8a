-- The end state of the release as figures, read and not judged: psql variable outcome, JSON rows of place, metric, value and
-- expected. The script sets `outcome_places` before: which of them; the last two are for the last tier alone.
select coalesce(json_agg(t order by place), '[]') as outcome
from (
  select 1 as place, 'resp_ownership_gap' as metric, (select count(*) from public.v_object_owner_gap)::text as value, '0' as expected
  union all select 2, 'resp_conflict', (select count(*) from public.v_object_owner_conflict)::text, '0'
  union all select 3, 'containment_gap', (select count(*) from public.v_axis_coverage_gap where axis_code = 'containment')::text, '0'
  union all select 4, 'active_axes', (select count(*) from public.axis_registry where status = 'active')::text, '3'
  union all select 5, 'divergent', (select count(*) from public.v_reconcile_collection_topic_vs_label where flag = 'divergent')::text, '0'
  union all select 6, 'projection_gap', (select count(*) from public.v_reconcile_topic_projection_gap)::text, '0'
  union all select 7, 'label_orphans', (select count(*) from public.v_reconcile_label_orphan)::text, '0'
  union all select 8, 'critical_drift', (select count(*) from public.v_drift_finding where severity = 'critical')::text, '0'
  union all select 9, 'emittable_events', (select count(*) from public.v_drift_issue_payload where type_active)::text, '0'
  union all select 10, 'gov_outbox', (select count(*) from public.event_outbox where event_domain = 'governance')::text, '0'
  union all select 11, 'kg_domain_x',
    coalesce((select status from public.axis_value where axis_code = 'topic' and value_code = 'kg-domain-x'), 'absent'), 'active'
  union all select 12, 'ownership', (select count(*) from public.governance_object_ownership
    where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and lifecycle_status = 'active'
      and (:'ratified_apr' = '' or approval_ref = :'ratified_apr'))::text, :'expected_ownership'
  union all select 13, 'resp_required_cells',
    (select count(*) from public.v_axis_required_cell where axis_code = 'responsibility')::text, :'expected_gap'
  union all select 14, 'containment_required_cells',
    (select count(*) from public.v_axis_required_cell where axis_code = 'containment')::text, :'expected_inventory'
) t where place = any (string_to_array(:'outcome_places', ' ')::integer[]) \gset
