-- Tier 8, final verify: asserts the whole end state and, in the same transaction, seals the release. After COMMIT there is no automatic way back.
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
\if :{?expected_ownership} \else \set expected_ownership 30 \endif
select set_config('one_roof.expected_ownership', :'expected_ownership', false) as expected_ownership \gset
\if :{?expected_request_type} \else \set expected_request_type constitutional_ratification \endif
\if :{?expected_action} \else \set expected_action modify \endif
select set_config('one_roof.expected_request_type', :'expected_request_type', false) as expected_request_type,
       set_config('one_roof.expected_action', :'expected_action', false) as expected_action \gset
\if :{?expected_objects} \else \set expected_objects 43 \endif
select set_config('one_roof.expected_objects', :'expected_objects', false) as expected_objects \gset
begin transaction isolation level read committed read write;
select set_config('one_roof.locks', 'governance_object_ownership=share row exclusive,axis_registry=share row exclusive,axis_value=share row exclusive,coverage_rule=share row exclusive,axis_assignment=share row exclusive,axis_object_ownership=share row exclusive', true) as locks,
       set_config('one_roof.planned', '', true) as planned \gset
-- <locks> the same lines in every file that writes; a test compares them
do $locks$
declare
  database_found text := current_database();
  database_guarded text := current_setting('one_roof.guarded_database');
  usual_timeout text := current_setting('lock_timeout');
  item text;
  wanted_relation text;
  wanted_mode text;
  attempts integer := 0;
  holders text;
begin
  if database_found <> database_guarded then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      database_found, database_guarded, database_found, database_guarded;
  end if;
  loop -- all locks or none: a failed attempt lets go of everything at once, so that the application is never stalled
    attempts := attempts + 1;
    begin
      perform set_config('lock_timeout', '200ms', true);
      wanted_relation := null;
      perform pg_advisory_xact_lock(20260603);
      foreach item in array string_to_array(current_setting('one_roof.locks'), ',') loop
        wanted_relation := split_part(item, '=', 1);
        wanted_mode := split_part(item, '=', 2);
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = wanted_relation and relkind = 'r') then
          execute format('lock table public.%I in %s mode', wanted_relation, wanted_mode);
        end if;
      end loop;
      exit;
    exception when lock_not_available or deadlock_detected then
      if attempts >= current_setting('one_roof.lock_tries')::integer then
        select string_agg(distinct format('pid %s (application %s, user %s, %s)', a.pid,
                 coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, a.state), '; ')
        into holders
        from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.granted and l.pid <> pg_backend_pid()
          and l.database = (select oid from pg_database where datname = current_database())
          and case when wanted_relation is null
                then l.locktype = 'advisory' and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
                else l.locktype = 'relation' and l.relation = to_regclass(format('public.%I', wanted_relation))
                     and (wanted_mode = 'access exclusive' or l.mode not in ('AccessShareLock', 'RowShareLock')) end;
        raise exception 'REFUSING: no lock on % after % tries of 200 ms; held by %; wait until it ends or end it, then start again',
          coalesce(wanted_relation, 'the release (another executor is running)'), attempts, coalesce(holders, 'a session that has just ended');
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', usual_timeout, true);
end $locks$;
-- </locks>
-- <approval> the same lines in every forward file that writes; a test compares them
do $approval$
declare
  apr text := current_setting('one_roof.ratified_apr');
  signatures bigint;
  matches bigint;
  request record;
begin
  if apr = '' then
    raise exception 'REFUSING: ratified_apr is missing or empty, expected the code of the ratified approval request; pass -v ratified_apr=<code>';
  end if;
  if length(apr) > 64 or apr !~ '^APR-[A-Z0-9]+(-[A-Z0-9]+){0,7}$' then
    raise exception 'REFUSING: ratified_apr % is not the code of an approval request, expected a form such as APR-BOOT-AUTHMODEL-1; pass the real code',
      quote_literal(left(apr, 80));
  end if;
  select count(*) into signatures from os_proposal_approvals;
  if signatures < 1 then
    raise exception 'REFUSING: ratification gate not met (os_proposal_approvals=%, expected at least 1); wait for the signature, do not bypass', signatures;
  end if;
  select count(*) into matches from approval_requests where code = apr;
  if matches <> 1 then
    raise exception 'REFUSING: approval request % found % times, expected 1; pass the code of the ratified request', apr, matches;
  end if;
  select status::text, request_type::text, action::text into request from approval_requests where code = apr;
  if request.status is null or request.status not in ('approved', 'applied') then
    raise exception 'REFUSING: approval request % has status %, expected approved or applied; wait for its ratification', apr, request.status;
  end if;
  if request.request_type is distinct from current_setting('one_roof.expected_request_type')
     or request.action is distinct from current_setting('one_roof.expected_action') then
    raise exception 'REFUSING: approval request % is of type % with action %, expected % with %; it does not ratify this release', apr,
      request.request_type, request.action, current_setting('one_roof.expected_request_type'), current_setting('one_roof.expected_action');
  end if;
end $approval$;
-- </approval>
-- <stamp> the same lines in every tier after the first; a test compares them
do $stamp$
declare
  run text := current_setting('one_roof.run_id');
  expected integer := current_setting('one_roof.expected_objects')::integer;
  found record;
begin
  with present as (
    select c.relname::text as name, c.oid, 'pg_class'::regclass as catalog from pg_class c
    where c.relnamespace = 'public'::regnamespace
      and (c.relkind = 'r' and c.relname = any (string_to_array(current_setting('one_roof.tables'), ' '))
        or c.relkind = 'v' and c.relname = any (string_to_array(current_setting('one_roof.views'), ' ')))
    union all
    select p.proname, p.oid, 'pg_proc'::regclass from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function')
      and oidvectortypes(p.proargtypes) = 'text, text'
  ), described as materialized (
    select p.name, split_part(d.description, E'\n', 1) as line
    from present p left join pg_description d on d.objoid = p.oid and d.classoid = p.catalog and d.objsubid = 0
  ), stamps as materialized ( -- the objects share one line, and a match costs more than all the rest of this
    select line, regexp_match(line,
             '^one-roof run=([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z) state=(applying|released) sequence=-?[0-9]+/[tf]$') as stamp
    from (select distinct line from described) each_line
  ), stamped as (
    select name, stamp from described left join stamps using (line)
  )
  select count(*) as objects, count(*) filter (where stamp is null) as strangers,
         count(distinct stamp[1]) as runs, min(stamp[1]) as run,
         count(*) filter (where stamp[1] = coalesce(nullif(run, ''), stamp[1]) and stamp[2] = 'applying') as own,
         count(*) filter (where stamp[2] = 'released') as released
  into found from stamped;
  if run = '' then -- by hand: go on with the run that tier 1 of the same hand began
    if found.runs = 1 and found.run like 'hand-%' then
      run := found.run;
      perform set_config('one_roof.run_id', run, false);
    else
      raise exception 'REFUSING: no run_id was given and the release objects (% of %) carry % run ids (%), expected one run begun by hand; run tier 1 first or pass -v run_id=<id>',
        found.objects, expected, found.runs, coalesce(found.run, 'none');
    end if;
  end if;
  if found.released > 0 then
    raise exception 'REFUSING: % of % release objects are sealed as released (run %), expected none; this release is finished, there is nothing to apply',
      found.released, found.objects, found.run;
  end if;
  if found.objects <> expected or found.own <> expected then
    raise exception 'REFUSING: % release objects present, % of them with the stamp of run % in state applying, expected %; % carry no stamp; roll back, take the baseline again, then start with tier 0',
      found.objects, found.own, run, expected, found.strangers;
  end if;
end $stamp$;
-- </stamp>
select coalesce(json_agg(t order by place), '[]') as outcome, 
  coalesce(string_agg(format('%s=%s (expected %s)', metric, value, expected), ', ' order by place) filter (where value <> expected), '') as failures
from (
  select 1 as place, 'resp_ownership_gap' as metric, (select count(*) from v_object_owner_gap)::text as value, '0' as expected
  union all select 2, 'resp_conflict', (select count(*) from v_object_owner_conflict)::text, '0'
  union all select 3, 'containment_gap', (select count(*) from v_axis_coverage_gap where axis_code = 'containment')::text, '0'
  union all select 4, 'active_axes', (select count(*) from axis_registry where status = 'active')::text, '3'
  union all select 5, 'divergent', (select count(*) from v_reconcile_collection_topic_vs_label where flag = 'divergent')::text, '0'
  union all select 6, 'projection_gap', (select count(*) from v_reconcile_topic_projection_gap)::text, '0'
  union all select 7, 'label_orphans', (select count(*) from v_reconcile_label_orphan)::text, '0'
  union all select 8, 'critical_drift', (select count(*) from v_drift_finding where severity = 'critical')::text, '0'
  union all select 9, 'emittable_events', (select count(*) from v_drift_issue_payload where type_active)::text, '0'
  union all select 10, 'gov_outbox', (select count(*) from event_outbox where event_domain = 'governance')::text, '0'
  union all select 11, 'kg_domain_x', coalesce((select status from axis_value where axis_code = 'topic' and value_code = 'kg-domain-x'), 'absent'), 'active'
  union all select 12, 'ownership', (select count(*) from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'
    and approval_ref = :'ratified_apr' and lifecycle_status = 'active')::text, :'expected_ownership'
  union all select 13, 'resp_required_cells', (select count(*) from v_axis_required_cell where axis_code = 'responsibility')::text, :'expected_gap'
  union all select 14, 'containment_required_cells', (select count(*) from v_axis_required_cell where axis_code = 'containment')::text, :'expected_inventory'
) t \gset
select set_config('one_roof.failures', :'failures', true) as failures, set_config('one_roof.outcome', :'outcome', true) as outcome \gset
do $tier$
declare
  owners bigint;
  scans bigint;
  object record;
begin
  if current_setting('one_roof.failures') <> '' then
    raise exception 'REFUSING: tier 8 finds %; the release is not sealed, roll back', current_setting('one_roof.failures');
  end if;
  select count(*) into owners from governance_object_ownership;
  if owners <> current_setting('one_roof.expected_ownership')::bigint then
    raise exception 'REFUSING: governance_object_ownership has % rows, expected %; a row that is not ours appeared, roll back and ask whose it is',
      owners, current_setting('one_roof.expected_ownership');
  end if;
  -- no figure above comes from the recorded scan: a release without its tier 6 would look the same
  select count(*) into scans from governance_scan_run where actor = 'one-roof/' || current_setting('one_roof.run_id') and finished_at is not null;
  if scans <> 1 then
    raise exception 'REFUSING: % finished scans of run % recorded, expected 1; run tier 6, then this again, or roll back', scans, current_setting('one_roof.run_id');
  end if;
  for object in
    select format('%s public.%I', case c.relkind when 'v' then 'view' else 'table' end, c.relname) as target, d.description
    from pg_class c join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
    where c.relnamespace = 'public'::regnamespace
      and (c.relkind = 'r' and c.relname = any (string_to_array(current_setting('one_roof.tables'), ' '))
        or c.relkind = 'v' and c.relname = any (string_to_array(current_setting('one_roof.views'), ' ')))
    union all
    select format('function %s', p.oid::regprocedure), d.description
    from pg_proc p join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass
    where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function') and oidvectortypes(p.proargtypes) = 'text, text'
    order by 1
  loop
    execute format('comment on %s is %L', object.target, regexp_replace(object.description, '^(one-roof run=\S+ state=)applying', '\1released'));
  end loop;
end $tier$;
-- <written> the same lines in every file that writes; a test compares them
do $written$
declare
  unplanned text;
begin
  if current_setting('track_counts') <> 'on' then
    raise exception 'REFUSING: track_counts is off, expected on; without it nobody can prove what this transaction wrote';
  end if;
  select string_agg(format('%s.%s (%s rows)', schemaname, relname, n_tup_ins + n_tup_upd + n_tup_del), ', ' order by schemaname, relname)
  into unplanned
  from pg_stat_xact_user_tables
  where n_tup_ins + n_tup_upd + n_tup_del > 0
    and not (schemaname = 'public' and relname = any (string_to_array(current_setting('one_roof.planned'), ' ')));
  if unplanned is not null then
    raise exception 'REFUSING: this transaction wrote to % beyond the planned relations (%); look for a trigger that does this, nothing was kept',
      unplanned, coalesce(nullif(current_setting('one_roof.planned'), ''), 'none');
  end if;
end $written$;
-- </written>
commit;
select 'metric' as metric, 'value' as value, 'expected' as expected
union all (select metric, value, expected from json_to_recordset(:'outcome') as t(place integer, metric text, value text, expected text) order by place);
select format('open_drift | %s | informational', (select count(*) from v_drift_finding)) union all
select format('reconcile_decisions | %s | informational', (select count(*) from topic_label_reconcile_decision)) union all
select 'projection_gap is 0 by construction: no topic has an owner in this release';
select 'TIER 8 VERIFY PASS' from (
  select d.description from pg_class c join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
  where c.relnamespace = 'public'::regnamespace and c.relname = any (string_to_array(:'release_tables' || ' ' || :'release_views', ' '))
  union all
  select d.description from pg_proc p join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass
  where p.pronamespace = 'public'::regnamespace and p.proname = 'fn_governance_scan'
) sealed where starts_with(description, 'one-roof run=' || current_setting('one_roof.run_id') || ' state=released ')
having count(*) = :expected_objects;
