-- Tier 8, final verify: asserts the whole end state and, in the same transaction, seals the release. After COMMIT there is
-- no automatic way back.
\set writes ''
\set locks 'axis_registry,axis_value,coverage_rule,axis_assignment,axis_object_ownership'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
\set outcome_places '3 4 5 6 7 8 9 10 11 13 14'
\ir ../prod_verify/outcome.sql
\set without_owners :outcome
-- what hangs on the owners is read under the lock; nobody of the application waits while the rest is
\set locks governance_object_ownership
\ir ../runner/lock_more.sql
\set outcome_places '1 2 12'
\ir ../prod_verify/outcome.sql
select set_config('one_roof.outcome', (:'without_owners'::jsonb || :'outcome'::jsonb)::text, true) as outcome \gset
do $tier$
declare
  run text := current_setting('one_roof.run_id');
  expected bigint := current_setting('one_roof.expected_ownership')::bigint;
  owners bigint := (select count(*) from public.governance_object_ownership);
  scans bigint := (select count(*) from public.governance_scan_run where actor = 'one-roof/' || run and finished_at is not null);
  failures text;
begin
  select string_agg(format('%s=%s (expected %s)', metric, value, t.expected), ', ' order by place) into failures
  from json_to_recordset(current_setting('one_roof.outcome')::json) as t(place integer, metric text, value text, expected text)
  where value is distinct from t.expected;
  if failures is not null then
    raise exception 'REFUSING: tier 8 finds %; the release is not sealed, roll back', failures;
  end if;
  if owners <> expected then
    raise exception 'REFUSING: governance_object_ownership has % rows, expected %; a row that is not ours appeared, '
      'roll back and ask whose it is', owners, expected;
  end if;
  -- no figure above comes from the recorded scan: a release without its tier 6 would look the same
  if scans <> 1 then
    raise exception 'REFUSING: % finished scans of run % recorded, expected 1; run tier 6, then this again, or roll back', scans, run;
  end if;
end $tier$;
\set state_from applying
\set state_to released
\ir ../runner/seal.sql
\ir ../prod_verify/outcome_table.sql
select format('open_drift | %s | informational', (select count(*) from public.v_drift_finding)) union all
select format('reconcile_decisions | %s | informational', (select count(*) from public.topic_label_reconcile_decision)) union all
select 'projection_gap is 0 by construction: no topic has an owner in this release';
\ir ../runner/close_tier.sql
\ir ../runner/stamps.sql
select 'TIER 8 VERIFY PASS' where :'stamps'::json ->> 'own_released' = :'expected_objects';
