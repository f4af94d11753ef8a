-- Surgical reversal of one tier of one run: -v tier=6, 5, 4, 3 or 2, later tiers first. Tier 1 is undone by 99_rollback_full.sql.
-- Variables: tier, run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id>
-- for seed rows that somebody changed since.
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
\if :{?expected_objects} \else \set expected_objects 43 \endif
select set_config('one_roof.expected_objects', :'expected_objects', false) as expected_objects \gset
\if :{?tier} \else \set tier '' \endif
\if :{?undo_released} \else \set undo_released '' \endif
\if :{?override_changed_rows} \else \set override_changed_rows '' \endif
select set_config('one_roof.tier', :'tier', false) as tier, set_config('one_roof.undo_released', :'undo_released', false) as undo_released,
       set_config('one_roof.override_changed_rows', :'override_changed_rows', false) as override_changed_rows \gset
do $arguments$
begin
  if current_setting('one_roof.tier') = '1' then
    raise exception 'REFUSING: tier 1, expected 2 to 6; the structure is removed by 99_rollback_full.sql';
  elsif current_setting('one_roof.tier') !~ '^[2-6]$' then
    raise exception 'REFUSING: tier %, expected 2 to 6; pass -v tier=<number>', quote_literal(current_setting('one_roof.tier'));
  end if;
end $arguments$;
begin transaction isolation level read committed read write;
select set_config('one_roof.locks', 'governance_object_ownership=share row exclusive,axis_registry=share row exclusive,axis_value=share row exclusive,coverage_rule=share row exclusive,axis_assignment=share row exclusive,axis_object_ownership=share row exclusive,topic_taxonomy_map=share row exclusive,topic_label_reconcile_decision=share row exclusive,governance_scan_run=share row exclusive,governance_drift_state=share row exclusive,governance_event_log=share row exclusive', true) as locks,
       set_config('one_roof.planned', (array['', 'axis_registry axis_value coverage_rule', 'governance_object_ownership', 'axis_registry axis_value coverage_rule axis_assignment axis_object_ownership',
         'axis_registry axis_value axis_assignment topic_taxonomy_map topic_label_reconcile_decision', 'governance_scan_run governance_drift_state governance_event_log'])[:'tier'::integer], true) as planned \gset
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
do $tier$
declare
  tier integer := current_setting('one_roof.tier')::integer;
  run text := current_setting('one_roof.run_id');
  expected integer := current_setting('one_roof.expected_objects')::integer;
  stamps record;
  later text;
  remaining bigint;
  changed bigint;
  sequence_now record;
  object record;
begin
  with objects as (
    select c.oid, 'pg_class'::regclass as catalog from pg_class c where c.relnamespace = 'public'::regnamespace
      and c.relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' '))
    union all select p.oid, 'pg_proc'::regclass from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function')
  ), stamped as materialized (
    select regexp_match(split_part(d.description, E'\n', 1),
      '^one-roof run=([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z) state=(applying|released) sequence=(-?[0-9]+)/([tf])$') as stamp
    from objects o left join pg_description d on d.objoid = o.oid and d.classoid = o.catalog and d.objsubid = 0
  )
  select count(*) as objects, count(distinct stamp[1]) as runs, min(stamp[1]) as run, max(stamp[2]) as state, count(stamp) as stamped,
         min(stamp[3]) as last_value, min(stamp[4]) as is_called into stamps from stamped;
  run := coalesce(nullif(run, ''), stamps.run);
  if stamps.objects <> expected or stamps.stamped <> expected or stamps.runs <> 1 or stamps.run is distinct from run then
    raise exception 'REFUSING: % release objects present, % stamped, by % runs (%), expected % of run %; nothing was undone, use 99_rollback_full.sql',
      stamps.objects, stamps.stamped, stamps.runs, coalesce(stamps.run, 'none'), expected, coalesce(run, 'unknown');
  end if;
  if stamps.state = 'released' and current_setting('one_roof.undo_released') <> run then
    raise exception 'REFUSING: run % is sealed as released, expected applying; an operator undoes it with -v undo_released=%', run, run;
  end if;
  perform set_config('one_roof.run_id', run, false);
  select string_agg(name, ', ' order by name desc) into later from (
    select 'tier 6' as name, 6 as n where exists (select from governance_scan_run)
    union all select 'tier 5', 5 where exists (select from axis_registry where axis_code = 'topic')
    union all select 'tier 4', 4 where exists (select from axis_registry where axis_code = 'containment')
    union all select 'tier 3', 3 where exists (select from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03')
  ) applied where n > tier;
  if later is not null then
    raise exception 'REFUSING: % still applied, expected none after tier %; undo the later tiers first', later, tier;
  end if;

  if stamps.state = 'released' then -- no longer what was sealed: tier 8 in reverse, or no rollback and no tier would touch the run again
    for object in
      select format('%s public.%I', case c.relkind when 'v' then 'view' else 'table' end, c.relname) as target, d.description
      from pg_class c join pg_description d on d.objoid = c.oid and d.classoid = 'pg_class'::regclass and d.objsubid = 0
      where c.relnamespace = 'public'::regnamespace
        and (c.relkind = 'r' and c.relname = any (string_to_array(current_setting('one_roof.tables'), ' '))
          or c.relkind = 'v' and c.relname = any (string_to_array(current_setting('one_roof.views'), ' ')))
      union all
      select format('function %s', p.oid::regprocedure), d.description
      from pg_proc p join pg_description d on d.objoid = p.oid and d.classoid = 'pg_proc'::regclass
      where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function')
      order by 1
    loop
      execute format('comment on %s is %L', object.target, regexp_replace(object.description, '^(one-roof run=\S+ state=)released', '\1applying'));
    end loop;
  end if;

  case tier
    when 6 then
      delete from governance_event_log where scan_id in (select scan_id from governance_scan_run where actor = 'one-roof/' || run);
      delete from governance_drift_state where last_scan_id in (select scan_id from governance_scan_run where actor = 'one-roof/' || run);
      delete from governance_scan_run where actor = 'one-roof/' || run;
      select count(*) into remaining from governance_scan_run;
    when 5 then
      delete from topic_label_reconcile_decision where created_by = 'PROD_topic_2026-06-03';
      delete from topic_taxonomy_map where created_by = 'PROD_topic_2026-06-03';
      delete from axis_assignment where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      delete from axis_value where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      delete from axis_registry where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      select (select count(*) from axis_registry where axis_code = 'topic') + (select count(*) from topic_taxonomy_map)
        + (select count(*) from topic_label_reconcile_decision) into remaining;
    when 4 then
      delete from axis_object_ownership where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from axis_assignment where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from coverage_rule where rule_code = 'CR-CONTAIN-ASSIGNED';
      delete from axis_value where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from axis_registry where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      select count(*) into remaining from axis_registry where axis_code = 'containment';
    when 3 then
      select count(*) into changed from governance_object_ownership
      where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and rollback_ref = 'one-roof/' || run and audit_ref is distinct from
-- <digest> the same lines wherever a seed row is digested; a test compares them
    'sha256:' || encode(sha256(convert_to(json_build_array(object_type, object_ref, scope, owner_kind, owner_gov_code, is_inherited_anchor,
      extract(epoch from effective_from), extract(epoch from effective_to), lifecycle_status, approval_ref, rollback_ref, source_law_ref, source_design_ref,
      supersedes_id, updated_by)::text, 'UTF8')), 'hex')
-- </digest>
      ;
      if changed > 0 and current_setting('one_roof.override_changed_rows') <> run then
        raise exception 'REFUSING: % seed rows of run % were changed since, expected 0; look at their updated_by, or pass -v override_changed_rows=% to lose the changes', changed, run, run;
      end if;
      delete from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and rollback_ref = 'one-roof/' || run;
      select count(*) into remaining from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03';
      select last_value::text, case when is_called then 't' else 'f' end as is_called into sequence_now from governance_object_ownership_id_seq;
      if not exists (select from governance_object_ownership) and (sequence_now.last_value, sequence_now.is_called) <> (stamps.last_value, stamps.is_called) then
        alter sequence public.governance_object_ownership_id_seq restart; -- a new file in this transaction: the setval is transactional too
        perform setval('public.governance_object_ownership_id_seq', stamps.last_value::bigint, stamps.is_called::boolean);
      end if;
    when 2 then
      delete from coverage_rule where rule_code = 'CR-RESP-ALL';
      delete from axis_value where axis_code = 'responsibility' and created_by = 'PROD_responsibility_2026-06-03';
      delete from axis_registry where axis_code = 'responsibility' and created_by = 'PROD_responsibility_2026-06-03';
      select count(*) into remaining from axis_registry where axis_code = 'responsibility';
  end case;
  if remaining <> 0 then
    raise exception 'REFUSING: % rows of tier % remain, expected 0; they are not this run''s, ask whose they are', remaining, tier;
  end if;
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
select format('ownership=%s gap=%s', (select count(*) from governance_object_ownership), (select count(*) from v_object_owner_gap));
select format('tier %s rolled back', :'tier');
