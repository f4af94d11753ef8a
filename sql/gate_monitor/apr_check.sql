-- Reads one approval request and says whether it ratifies this release. Read-only; an invalid code is an answer, not an error.
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
\if :{?expected_request_type} \else \set expected_request_type constitutional_ratification \endif
\if :{?expected_action} \else \set expected_action modify \endif
select set_config('one_roof.expected_request_type', :'expected_request_type', false) as expected_request_type,
       set_config('one_roof.expected_action', :'expected_action', false) as expected_action \gset
begin transaction isolation level repeatable read read only;
do $database$
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      current_database(), current_setting('one_roof.guarded_database'), current_database(), current_setting('one_roof.guarded_database');
  end if;
end $database$;
select json_build_object('code', :'ratified_apr', 'found', r.n, 'status', r.status, 'request_type', r.request_type, 'action', r.action,
    'valid', v.reason = '', 'reason', v.reason) as proof
from (select count(*) as n, min(status::text) as status, min(request_type::text) as request_type, min(action::text) as action
      from approval_requests where code = :'ratified_apr') r
cross join lateral (select case
    when :'ratified_apr' = '' then 'no code was given'
    when length(:'ratified_apr') > 64 or :'ratified_apr' !~ '^APR-[A-Z0-9]+(-[A-Z0-9]+){0,7}$' then 'this is not the form of an approval request''s code'
    when r.n = 0 then 'no approval request has this code'
    when r.n > 1 then format('%s approval requests have this code', r.n)
    when r.status is null or r.status not in ('approved', 'applied') then format('status is %s, expected approved or applied', coalesce(r.status, 'empty'))
    when r.request_type is distinct from :'expected_request_type' then format('request type is %s, expected %s', coalesce(r.request_type, 'empty'), :'expected_request_type')
    when r.action is distinct from :'expected_action' then format('action is %s, expected %s', coalesce(r.action, 'empty'), :'expected_action')
    else '' end as reason) v \gset
do $proof$
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'REFUSING: this read-only script was given a transaction id, expected none; something wrote, nothing was kept';
  end if;
end $proof$;
commit;
select 'apr_check ' || replace(:'proof', E'\n', ' ');
