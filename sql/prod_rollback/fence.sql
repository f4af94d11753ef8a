-- Fence: ends the forward scripts of one run, and only those, and proves that none is left. Reads the stamps; writes nothing.
-- <settings> the same lines in every file; a test compares them
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\encoding UTF8
\pset pager off
\pset format unaligned
\pset tuples_only on
\pset expanded off
\pset fieldsep ' | '
\pset recordsep '\n'
\pset null ''
\if :{?run_id} \else \set run_id '' \endif
\if :{?ratified_apr} \else \set ratified_apr '' \endif
\if :{?lock_tries} \else \set lock_tries 25 \endif
\set release_tables 'axis_registry axis_value coverage_rule axis_assignment axis_object_ownership axis_candidate_finding'
\set release_tables :release_tables ' topic_taxonomy_map topic_label_reconcile_decision governance_scan_run governance_drift_state governance_event_log'
\set release_views 'v_axis_required_cell v_axis_effective_owner v_axis_coverage_gap v_axis_assignment_quality v_axis_registry_coverage'
\set release_views :release_views ' v_axis_missing_assignment v_axis_coverage_summary v_axis_issue_payload v_axis_topic_parentage_conflict'
\set release_views :release_views ' v_reconcile_label_orphan v_reconcile_topic_without_label v_reconcile_label_without_topic'
\set release_views :release_views ' v_reconcile_collection_topic_vs_label v_reconcile_topic_projection_gap v_reconcile_summary'
\set release_views :release_views ' v_projection_lag_timing v_drift_stale_candidate_value v_drift_unregistered_axis v_drift_ui_visible_unapproved'
\set release_views :release_views ' v_drift_coverage_rule_missing v_drift_finding v_drift_summary v_drift_event_map v_drift_issue_payload'
\set release_views :release_views ' v_ui_topic_tree v_ui_object_topic v_ui_axis_browser v_ui_lane v_ui_detector_findings v_ui_review_queue v_ui_coverage_dashboard'
select 'directus' as guarded_database \gset
select set_config('one_roof.guarded_database', :'guarded_database', false) as guarded_database,
       set_config('one_roof.run_id', :'run_id', false) as run_id,
       set_config('one_roof.ratified_apr', :'ratified_apr', false) as ratified_apr,
       set_config('one_roof.lock_tries', :'lock_tries', false) as lock_tries,
       set_config('one_roof.tables', :'release_tables', false) as release_tables,
       set_config('one_roof.views', :'release_views', false) as release_views,
       set_config('one_roof.function', 'fn_governance_scan', false) as release_function \gset
-- counters of earlier transactions of this session must not be mistaken for our own
select pg_stat_force_next_flush() as flushed \gset
set client_min_messages = warning;
set jit = off;
set search_path = pg_catalog, public, pg_temp;
do $session$
begin -- bounded by hand too, and a proven COMMIT outlives a crash of the server; what the session already demands is left alone
  perform set_config(wanted.name, wanted.value, false)
  from (values ('lock_timeout', '5s'), ('statement_timeout', '120s'), ('idle_in_transaction_session_timeout', '60s'),
               ('client_connection_check_interval', '2s'), ('synchronous_commit', 'on')) as wanted(name, value)
  where current_setting(wanted.name) in ('0', '', 'off');
end $session$;
-- </settings>
do $fence$
declare
  run text := current_setting('one_roof.run_id');
  ended bigint;
  remaining bigint;
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      current_database(), current_setting('one_roof.guarded_database'), current_database(), current_setting('one_roof.guarded_database');
  end if;
  if run !~ '^([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z)$' then
    raise exception 'REFUSING: run_id %, expected 12 hexadecimal digits or hand-<UTC>; pass the id of the run to fence', quote_literal(run);
  end if;
  select count(pg_terminate_backend(pid, 5000)) into ended
  from pg_stat_activity where starts_with(application_name, 'one-roof/' || run || '/tier-') and pid <> pg_backend_pid();
  perform pg_stat_clear_snapshot();
  select count(*) into remaining
  from pg_stat_activity where starts_with(application_name, 'one-roof/' || run || '/tier-') and pid <> pg_backend_pid();
  if remaining > 0 then
    raise exception 'REFUSING: % forward backends of run % remain after % were ended, expected 0; wait, then fence again', remaining, run, ended;
  end if;
  perform set_config('one_roof.ended', ended::text, false);
end $fence$;
with objects as (
  select c.oid, 'pg_class'::regclass as catalog from pg_class c where c.relnamespace = 'public'::regnamespace
    and c.relname = any (string_to_array(:'release_tables' || ' ' || :'release_views', ' '))
  union all select p.oid, 'pg_proc'::regclass from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname = 'fn_governance_scan'
), stamped as (
  select substring(split_part(d.description, E'\n', 1) from ' state=(applying|released) ') as state
  from objects o join pg_description d on d.objoid = o.oid and d.classoid = o.catalog and d.objsubid = 0
  where starts_with(d.description, 'one-roof run=' || :'run_id' || ' ')
)
select format('fence run=%s terminated=%s remaining=0 stamped=%s state=%s', :'run_id', current_setting('one_roof.ended'), count(*),
  case when count(*) = 0 then 'none' when count(distinct state) = 1 and count(state) = count(*) then min(state) else 'mixed' end)
from stamped;
