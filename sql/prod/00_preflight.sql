-- Tier 0, preflight: reads every condition of the release and refuses with all that is wrong. Writes nothing.
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
\if :{?expected_inventory} \else \set expected_inventory 35 \endif
\if :{?expected_scopes} \else \set expected_scopes 6 \endif
\if :{?expected_gap} \else \set expected_gap 210 \endif
select set_config('one_roof.expected_inventory', :'expected_inventory', false) as expected_inventory,
       set_config('one_roof.expected_scopes', :'expected_scopes', false) as expected_scopes,
       set_config('one_roof.expected_gap', :'expected_gap', false) as expected_gap \gset
\if :{?expected_request_type} \else \set expected_request_type constitutional_ratification \endif
\if :{?expected_action} \else \set expected_action modify \endif
select set_config('one_roof.expected_request_type', :'expected_request_type', false) as expected_request_type,
       set_config('one_roof.expected_action', :'expected_action', false) as expected_action \gset
\set known_collections 'agents workflows workflow_steps modules tasks approval_requests apr_action_types apr_approvals apr_request_types'
\set known_collections :known_collections ' checkpoint_sets checkpoint_types governance_registry governance_relations law_catalog law_dot_enforcement'
\set known_collections :known_collections ' law_jurisdiction measurement_registry normative_registry normative_relations system_issues workflow_change_requests'
\set known_collections :known_collections ' collection_registry dot_tools taxonomy taxonomy_facets dot_domain_rules entity_dependencies entity_species'
\set known_collections :known_collections ' field_type_equivalences iu_staging_payload iu_staging_record meta_catalog pivot_definitions table_registry ui_pages'
\set known_scopes 'policy health execution render approval audit'
\set prerequisites 'v_governance_object_inventory v_governance_object_containment v_object_effective_owner v_object_owner_gap v_object_owner_conflict'
select set_config('one_roof.known_collections', :'known_collections', false) as known_collections,
       set_config('one_roof.known_scopes', :'known_scopes', false) as known_scopes,
       set_config('one_roof.prerequisites', :'prerequisites', false) as prerequisites \gset
begin transaction isolation level repeatable read read only;
-- <measure> the same lines in preflight and gate check; a test compares them
do $measure$
declare
  probe record;
  value text;
begin -- every figure by itself: a missing view leaves one figure empty and stops nothing
  for probe in select * from (values
    ('ospa', 'select count(*) from public.os_proposal_approvals'),
    ('own', 'select count(*) from public.governance_object_ownership'),
    ('gap', 'select count(*) from public.v_object_owner_gap'),
    ('conflict', 'select count(*) from public.v_object_owner_conflict'),
    ('emit', $q$select count(*) from public.event_outbox where event_domain = 'governance'$q$),
    ('event_types', $q$select count(*) from public.event_type_registry where event_domain = 'governance' and active$q$),
    ('orphans', $q$select count(*) from (select label_code from public.entity_labels group by label_code) l
        where not exists (select from public.taxonomy t where t.code = l.label_code)$q$),
    ('missing', $q$select coalesce(string_agg(n, ' ' order by n), '') from string_to_table(current_setting('one_roof.prerequisites'), ' ') n
        where not exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = n and c.relkind in ('v', 'm'))$q$),
    ('present', $q$select coalesce(string_agg(n, ' ' order by n), '') from (
        select relname::text as n from pg_class where relnamespace = 'public'::regnamespace
          and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' '))
        union select proname::text from pg_proc where pronamespace = 'public'::regnamespace and proname = current_setting('one_roof.function')) o$q$)
  ) as probes(name, query) loop
    begin
      execute probe.query into value;
    exception when others then
      value := '';
    end;
    perform set_config('one_roof.m_' || probe.name, value, false);
  end loop;
end $measure$;
-- </measure>
-- <moved> the same lines in preflight and gate check; a test compares them
do $moved$
declare
  inventory bigint;
  scopes bigint;
  expected_inventory bigint := current_setting('one_roof.expected_inventory')::bigint;
  expected_scopes bigint := current_setting('one_roof.expected_scopes')::bigint;
  extra text;
  absent text;
  story text := '';
begin -- which number moved: rows of the inventory, or scopes, and by name where this package knows the name
  perform set_config('one_roof.moved', '', false);
  begin
    execute 'select count(*) from public.v_governance_object_inventory where born and requires_owner' into inventory;
    execute $q$select count(*) from public.governance_responsibility_scope where status = 'active'$q$ into scopes;
    story := format('%s inventory rows x %s active scopes (expected %s x %s)', inventory, scopes, expected_inventory, expected_scopes);
    if inventory <> expected_inventory then
      execute $q$select string_agg(object_ref, ', ' order by object_ref) from (select object_ref from public.v_governance_object_inventory
        where object_ref <> all (string_to_array($1, ' ')) order by 1 limit 10) x$q$ into extra using current_setting('one_roof.known_collections');
      execute $q$select string_agg(k, ', ' order by k) from string_to_table($1, ' ') k
        where not exists (select from public.v_governance_object_inventory where object_ref = k)$q$ into absent using current_setting('one_roof.known_collections');
      story := story || coalesce('; collections this package does not know: ' || extra, '') || coalesce('; collections missing: ' || absent, '');
    end if;
    if scopes <> expected_scopes then
      execute $q$select string_agg(scope_code, ', ' order by scope_code) from public.governance_responsibility_scope
        where status = 'active' and scope_code <> all (string_to_array($1, ' '))$q$ into extra using current_setting('one_roof.known_scopes');
      execute $q$select string_agg(k, ', ' order by k) from string_to_table($1, ' ') k
        where not exists (select from public.governance_responsibility_scope where status = 'active' and scope_code = k)$q$ into absent using current_setting('one_roof.known_scopes');
      story := story || coalesce('; scopes this package does not know: ' || extra, '') || coalesce('; scopes missing: ' || absent, '');
    end if;
  exception when others then
    story := 'not measurable: SQLSTATE ' || sqlstate; -- the message may hold what a cell holds
  end;
  perform set_config('one_roof.moved', story, false);
end $moved$;
-- </moved>
do $preflight$
declare
  apr text := current_setting('one_roof.ratified_apr');
  gap text := current_setting('one_roof.m_gap');
  expected_gap text := current_setting('one_roof.expected_gap');
  request record;
  wrong text[] := '{}';
  matches bigint;
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      current_database(), current_setting('one_roof.guarded_database'), current_database(), current_setting('one_roof.guarded_database');
  end if;
  if current_setting('one_roof.m_ospa') = '' then
    wrong := wrong || 'os_proposal_approvals cannot be read, expected a table with at least 1 row; restore the table'::text;
  elsif current_setting('one_roof.m_ospa')::bigint < 1 then
    wrong := wrong || format('ratification gate not met (os_proposal_approvals=%s, expected at least 1); wait for the signature, do not bypass', current_setting('one_roof.m_ospa'));
  end if;
  if apr = '' then
    wrong := wrong || 'ratified_apr is missing or empty, expected the code of the ratified approval request; pass -v ratified_apr=<code>'::text;
  elsif length(apr) > 64 or apr !~ '^APR-[A-Z0-9]+(-[A-Z0-9]+){0,7}$' then
    wrong := wrong || format('ratified_apr %s is not the code of an approval request, expected a form such as APR-BOOT-AUTHMODEL-1; pass the real code', quote_literal(left(apr, 80)));
  elsif to_regclass('public.approval_requests') is null then
    wrong := wrong || 'approval_requests cannot be read, expected the table of approval requests; restore it'::text;
  else
    select count(*) into matches from approval_requests where code = apr;
    select status::text, request_type::text, action::text into request from approval_requests where code = apr;
    if matches <> 1 then
      wrong := wrong || format('approval request %s found %s times, expected 1; pass the code of the ratified request', apr, matches);
    elsif request.status is null or request.status not in ('approved', 'applied') then
      wrong := wrong || format('approval request %s has status %s, expected approved or applied; wait for its ratification', apr, request.status);
    elsif request.request_type is distinct from current_setting('one_roof.expected_request_type')
       or request.action is distinct from current_setting('one_roof.expected_action') then
      wrong := wrong || format('approval request %s is of type %s with action %s, expected %s with %s; it does not ratify this release', apr,
        request.request_type, request.action, current_setting('one_roof.expected_request_type'), current_setting('one_roof.expected_action'));
    end if;
  end if;
  if current_setting('one_roof.m_missing') <> '' then
    wrong := wrong || format('prerequisite views missing (%s), expected all five; restore them first', current_setting('one_roof.m_missing'));
  elsif gap is distinct from expected_gap then
    wrong := wrong || format('gap %s = %s, expected gap %s; find out why it moved, do not change the expectation by hand',
      coalesce(nullif(gap, ''), 'unreadable'), current_setting('one_roof.moved'), expected_gap);
  end if;
  if current_setting('one_roof.m_own') <> '0' then
    wrong := wrong || format('governance_object_ownership has %s rows, expected 0; somebody owns something already, ask who', coalesce(nullif(current_setting('one_roof.m_own'), ''), 'unreadable'));
  end if;
  if current_setting('one_roof.m_conflict') <> '0' and current_setting('one_roof.m_missing') = '' then
    wrong := wrong || format('v_object_owner_conflict has %s rows, expected 0; resolve the conflict first', coalesce(nullif(current_setting('one_roof.m_conflict'), ''), 'unreadable'));
  end if;
  if current_setting('one_roof.m_emit') <> '0' then
    wrong := wrong || format('event_outbox holds %s governance events, expected 0; find their sender first', coalesce(nullif(current_setting('one_roof.m_emit'), ''), 'unreadable'));
  end if;
  if current_setting('one_roof.m_event_types') <> '0' then
    wrong := wrong || format('%s governance event types are active, expected 0; deactivate them, emission is a later step', coalesce(nullif(current_setting('one_roof.m_event_types'), ''), 'unreadable'));
  end if;
  if current_setting('one_roof.m_orphans') <> '0' then
    wrong := wrong || format('%s label codes in entity_labels are absent from taxonomy, expected 0; mend the labels first', coalesce(nullif(current_setting('one_roof.m_orphans'), ''), 'unreadable'));
  end if;
  if current_setting('one_roof.m_present') <> '' then
    wrong := wrong || format('axis substrate already present (%s objects: %s), expected none; if a run of ours left them roll back, otherwise ask their owner',
      cardinality(string_to_array(current_setting('one_roof.m_present'), ' ')), current_setting('one_roof.m_present'));
  end if;
  if cardinality(wrong) > 0 then
    raise exception 'REFUSING: %', array_to_string(wrong, E'\nREFUSING: ');
  end if;
end $preflight$;
select format('Preflight PASS: ospa=%s gap=%s own=%s conflict=%s emit=%s axis=%s prereqs=%s',
  current_setting('one_roof.m_ospa'), current_setting('one_roof.m_gap'), current_setting('one_roof.m_own'), current_setting('one_roof.m_conflict'),
  current_setting('one_roof.m_emit'), case when current_setting('one_roof.m_present') = '' then 'absent' else 'present' end,
  case when current_setting('one_roof.m_missing') = '' then 'present' else 'missing' end) as proof \gset
do $proof$
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'REFUSING: this read-only script was given a transaction id, expected none; something wrote, nothing was kept';
  end if;
end $proof$;
commit;
select :'proof';
