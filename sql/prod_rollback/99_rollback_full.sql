-- Full rollback: undoes what one run of this release did, proves the baseline, and touches nothing that is not ours.
-- Variables: run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id> for
-- seed rows that somebody changed since.
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
\if :{?undo_released} \else \set undo_released '' \endif
\if :{?override_changed_rows} \else \set override_changed_rows '' \endif
select set_config('one_roof.undo_released', :'undo_released', false) as undo_released,
       set_config('one_roof.override_changed_rows', :'override_changed_rows', false) as override_changed_rows \gset
-- the tag that each tier leaves in created_by: a new tier that writes rows adds its own here
select set_config('one_roof.tags', 'PROD_responsibility_2026-06-03 PROD_containment_2026-06-03 PROD_topic_2026-06-03', false) as tags \gset
begin transaction isolation level read committed read write;
select set_config('one_roof.outcome', '', false) as outcome, set_config('one_roof.stamped', '0', false) as stamped,
       set_config('one_roof.planned', 'governance_object_ownership trigger_guard_alerts', true) as planned \gset
do $undo$
declare
  release_tables text[] := string_to_array(current_setting('one_roof.tables'), ' ');
  release_views text[] := string_to_array(current_setting('one_roof.views'), ' ');
  usual_timeout text := current_setting('lock_timeout');
  run text := current_setting('one_roof.run_id');
  stamp_pattern constant text := '^one-roof run=([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z) state=(applying|released) sequence=(-?[0-9]+)/([tf])$';
  found record;
  strangers text;
  dependants text;
  alien text;
  changed bigint;
  referring bigint;
  foreign_owners bigint;
  sequence_now record;
  item text;
  waiting_for text;
  holders text;
  attempts integer := 0;
  present record;
  counted bigint;
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      current_database(), current_setting('one_roof.guarded_database'), current_database(), current_setting('one_roof.guarded_database');
  end if;
  if run <> '' and run !~ '^([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z)$' then
    raise exception 'REFUSING: run_id %, expected 12 hexadecimal digits or hand-<UTC>; pass the id of the run to undo', quote_literal(run);
  end if;
  loop -- everything or nothing, by short tries: a failed try lets go of all locks at once
    attempts := attempts + 1;
    begin
      perform set_config('lock_timeout', '200ms', true);
      waiting_for := null;
      perform pg_advisory_xact_lock(20260603);

      -- whose objects are there? reading the catalogue takes no lock on them
      with objects as (
        select c.relname::text as name, c.oid, 'pg_class'::regclass as catalog from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relname = any (release_tables || release_views)
        union all
        select p.proname::text, p.oid, 'pg_proc'::regclass from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function')
      ), stamped as materialized (
        select o.name, regexp_match(split_part(d.description, E'\n', 1), stamp_pattern) as stamp
        from objects o left join pg_description d on d.objoid = o.oid and d.classoid = o.catalog and d.objsubid = 0
      )
      select count(*) as objects, count(distinct stamp[1]) as runs, min(stamp[1]) as only_run, min(stamp[2]) as only_state,
             count(*) filter (where stamp[1] = run) as own, count(*) filter (where stamp[1] = run and stamp[2] = 'released') as own_released,
             min(stamp[3] || '/' || stamp[4]) as sequence,
             string_agg(name, ', ' order by name) filter (where stamp is null or run <> '' and stamp[1] <> run) as not_ours
      into found from stamped;
      if run = '' then -- by hand, without a run id: the one run there is, or nothing
        if found.runs > 1 then
          raise exception 'REFUSING: objects of % runs found, expected one; pass -v run_id=<id> of the run to undo', found.runs;
        elsif found.runs = 1 then
          run := found.only_run;
          perform set_config('one_roof.run_id', run, false);
          continue;
        elsif found.objects > 0 then
          raise exception 'REFUSING: % objects with names of this release but without its stamp (%), expected none; they are not ours and stay, ask their owner',
            found.objects, found.not_ours;
        end if;
      end if;
      if found.own = 0 then
        perform set_config('one_roof.outcome', 'nothing_to_undo', false);
        exit;
      end if;
      if found.own_released > 0 and current_setting('one_roof.undo_released') <> run then
        perform set_config('one_roof.outcome', 'already_released', false);
        exit;
      end if;

      -- locks, in the order that tier 1 takes them too
      foreach item in array array['governance_object_ownership=share row exclusive', 'governance_registry=access exclusive'] loop
        waiting_for := split_part(item, '=', 1);
        execute format('lock table public.%I in %s mode', waiting_for, split_part(item, '=', 2));
      end loop;
      foreach item in array release_tables loop
        waiting_for := item;
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item and relkind = 'r') then
          execute format('lock table public.%I in access exclusive mode', item);
        end if;
      end loop;
      waiting_for := 'the views of this release';

      -- refusals, with counts
      if found.not_ours is not null then
        raise exception 'REFUSING: objects of this release''s names that are not run %''s: %, expected none; they are not ours and stay, ask their owner', run, found.not_ours;
      end if;
      with relations as materialized (
        select oid, reltype from pg_class where relnamespace = 'public'::regnamespace and relname = any (release_tables || release_views)
      ), ours as materialized ( -- the row type of each too: a column, a domain or a function may be of it, or of arrays of it
        select 'pg_class'::regclass as catalog, oid from relations
        union all
        select 'pg_type'::regclass, unnest(array[t.oid, t.typarray]) from relations join pg_type t on t.oid = reltype
      )
      select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ') into dependants
      from ours join pg_depend d on d.refclassid = ours.catalog and d.refobjid = ours.oid
      left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
      left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
      left join pg_class holder on holder.oid = coalesce(r.ev_class, k.conrelid, t.tgrelid,
        case when d.classid = 'pg_class'::regclass and d.deptype = 'n' then d.objid end) -- a child table, or one with a column of a row type
      where (holder.oid is not null and not (holder.relnamespace = 'public'::regnamespace and holder.relname = any (release_tables || release_views)))
         or (t.oid is not null and not t.tgisinternal)
         or (d.classid = 'pg_proc'::regclass)
         or (d.classid = 'pg_policy'::regclass)
         or (holder.oid is null and ours.catalog = 'pg_type'::regclass and d.deptype = 'n');
      select concat_ws(', ', dependants, string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')) into dependants
      from pg_depend d join pg_proc p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass
      where p.pronamespace = 'public'::regnamespace and p.proname = current_setting('one_roof.function') and d.deptype = 'n';
      if dependants <> '' then
        raise exception 'REFUSING: objects that are not ours depend on this release: %, expected none; their owner has to remove them first', dependants;
      end if;

      alien := '';
      for present in
        select t.name, t.own from (values
          ('axis_registry', 'created_by = any ($1)'), ('axis_value', 'created_by = any ($1)'), ('coverage_rule', 'created_by = any ($1)'),
          ('axis_assignment', 'created_by = any ($1)'), ('axis_object_ownership', 'created_by = any ($1)'), ('axis_candidate_finding', 'false'),
          ('topic_taxonomy_map', 'created_by = any ($1)'), ('topic_label_reconcile_decision', 'created_by = any ($1)'),
          ('governance_scan_run', 'actor = $2'),
          ('governance_drift_state', 'last_scan_id in (select scan_id from governance_scan_run where actor = $2)'),
          ('governance_event_log', 'scan_id in (select scan_id from governance_scan_run where actor = $2)')) as t(name, own)
        where exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = t.name and relkind = 'r')
      loop
        execute format('select count(*) from public.%I where (%s) is not true', present.name, present.own) into counted
        using string_to_array(current_setting('one_roof.tags'), ' '), 'one-roof/' || run;
        if counted > 0 then
          alien := concat_ws(', ', nullif(alien, ''), format('%s %s', counted, present.name));
        end if;
      end loop;
      if alien <> '' and current_setting('one_roof.override_changed_rows') <> run then
        raise exception 'REFUSING: rows in our tables that run % did not write: %, expected none; save them and delete them, or pass -v override_changed_rows=% to lose them',
          run, alien, run;
      end if;

      select count(*) filter (where not own) as others,
             count(*) filter (where own and audit_ref is distinct from
-- <digest> the same lines wherever a seed row is digested; a test compares them
    'sha256:' || encode(sha256(convert_to(json_build_array(object_type, object_ref, scope, owner_kind, owner_gov_code, is_inherited_anchor,
      extract(epoch from effective_from), extract(epoch from effective_to), lifecycle_status, approval_ref, rollback_ref, source_law_ref, source_design_ref,
      supersedes_id, updated_by)::text, 'UTF8')), 'hex')
-- </digest>
             ),
             count(*) filter (where not own and supersedes_id in (select id from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'))
      into foreign_owners, changed, referring
      from (select *, (created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and rollback_ref = 'one-roof/' || run) is true as own from governance_object_ownership) o;
      if foreign_owners > 0 then
        raise exception 'REFUSING: governance_object_ownership has % rows that run % did not write (% of them supersede its rows), expected 0; the baseline ownership=0 cannot be reached, ask whose they are',
          foreign_owners, run, referring;
      end if;
      if changed > 0 and current_setting('one_roof.override_changed_rows') <> run then
        raise exception 'REFUSING: % seed rows of run % were changed since, expected 0; look at their updated_by, or pass -v override_changed_rows=% to lose the changes', changed, run, run;
      end if;

      -- undo, without CASCADE: what depends on ours unseen stops it
      delete from governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and rollback_ref = 'one-roof/' || run;
      if to_regprocedure('public.fn_governance_scan(text, text)') is not null then
        drop function public.fn_governance_scan(text, text);
      end if;
      for item in select v from unnest(release_views) with ordinality as u(v, place) order by place desc loop
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
          execute format('drop view public.%I', item);
        end if;
      end loop;
      foreach item in array array['governance_event_log', 'governance_drift_state', 'governance_scan_run', 'topic_label_reconcile_decision', 'topic_taxonomy_map',
        'axis_candidate_finding', 'axis_object_ownership', 'axis_assignment', 'coverage_rule', 'axis_value', 'axis_registry'] loop
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
          execute format('drop table public.%I', item);
        end if;
      end loop;

      -- the ownership sequence goes back to its stamped value: the table is empty again, so nothing can hold a number beyond it.
      -- RESTART gives the sequence a new file in this transaction, which makes the following setval transactional too
      waiting_for := 'governance_object_ownership_id_seq';
      select last_value, is_called into sequence_now from governance_object_ownership_id_seq;
      if format('%s/%s', sequence_now.last_value, case when sequence_now.is_called then 't' else 'f' end) <> found.sequence then
        alter sequence public.governance_object_ownership_id_seq restart;
        perform setval('public.governance_object_ownership_id_seq', split_part(found.sequence, '/', 1)::bigint, split_part(found.sequence, '/', 2)::boolean);
      end if;
      perform set_config('one_roof.outcome', 'undone', false);
      perform set_config('one_roof.stamped', found.own::text, false);
      exit;
    exception when lock_not_available or deadlock_detected then
      if attempts >= current_setting('one_roof.lock_tries')::integer then
        select string_agg(distinct format('pid %s (application %s, user %s, %s, on %s)', a.pid,
                 coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, a.state, coalesce(c.relname, 'the release lock')), '; ')
        into holders
        from pg_locks l join pg_stat_activity a on a.pid = l.pid left join pg_class c on l.locktype = 'relation' and c.oid = l.relation
        where l.granted and l.pid <> pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
          and (l.locktype = 'advisory' and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
            or c.relnamespace = 'public'::regnamespace and (c.relname = any (release_tables || release_views) or c.relname = 'governance_registry'
              or c.relname like 'governance\_object\_ownership%' and l.mode not in ('AccessShareLock', 'RowShareLock')));
        raise exception 'REFUSING: no lock on % after % tries of 200 ms; held by %; nothing was undone yet, end the holder and start the rollback again',
          coalesce(waiting_for, 'the release (another executor is running)'), attempts, coalesce(holders, 'a session that has just ended');
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', usual_timeout, true);
end $undo$;
do $baseline$
declare
  figures record;
begin
  if current_setting('one_roof.outcome') = 'already_released' then
    return;
  end if;
  select (select count(*) from governance_object_ownership) as own, (select count(*) from v_object_owner_gap) as gap,
         (select count(*) from v_governance_object_inventory where born and requires_owner) * (select count(*) from governance_responsibility_scope where status = 'active') as required,
         (select count(*) from pg_class where relnamespace = 'public'::regnamespace
            and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' ')))
         + (select count(*) from pg_proc where pronamespace = 'public'::regnamespace and proname = current_setting('one_roof.function')) as objects
  into figures;
  perform set_config('one_roof.gap', figures.gap::text, false);
  if current_setting('one_roof.outcome') = 'undone' and (figures.own <> 0 or figures.objects <> 0 or figures.gap <> figures.required) then
    raise exception 'REFUSING: after the undo ownership=% gap=% objects=%, expected 0, % and 0; nothing was kept, a human has to look', figures.own, figures.gap, figures.objects, figures.required;
  end if;
end $baseline$;
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
select format('gap %s is every required cell, but the package was written for %s', current_setting('one_roof.gap'), :'expected_gap')
where current_setting('one_roof.outcome') = 'undone' and current_setting('one_roof.gap') <> :'expected_gap';
select (select count(*) from governance_object_ownership) as own, (select count(*) from v_object_owner_gap) as gap,
       (select count(*) from v_governance_object_inventory where born and requires_owner) * (select count(*) from governance_responsibility_scope where status = 'active') as required,
       case when exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = any (string_to_array(:'release_tables' || ' ' || :'release_views', ' ')))
              or exists (select from pg_proc where pronamespace = 'public'::regnamespace and proname = 'fn_governance_scan') then 'present' else 'absent' end as axis \gset
select format('run %s is sealed as released, nothing was touched; an operator undoes it with -v undo_released=%s', current_setting('one_roof.run_id'), current_setting('one_roof.run_id'))
where current_setting('one_roof.outcome') = 'already_released';
select format('FULL ROLLBACK OK: ownership=%s gap=%s axis=%s', :'own', :'gap', :'axis') where :'own' = '0' and :'gap' = :'required' and :'axis' = 'absent';
select format('rollback outcome=%s run=%s objects=%s ownership=%s gap=%s axis=%s', current_setting('one_roof.outcome'), coalesce(nullif(current_setting('one_roof.run_id'), ''), 'none'),
  current_setting('one_roof.stamped'), :'own', :'gap', :'axis');
