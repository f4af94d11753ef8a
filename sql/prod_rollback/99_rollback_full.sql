-- Full rollback: undoes what one run of this release did, proves the baseline, and touches nothing that is not ours.
-- Variables: run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id> for
-- seed rows that somebody changed since.
\set writes 'governance_object_ownership,trigger_guard_alerts'
-- the tables are locked below, and only where there is something to undo
\set locks ''
\set reads 'governance_object_ownership trigger_guard_alerts v_object_owner_gap v_governance_object_inventory '
\set reads :reads 'governance_responsibility_scope'
\ir ../runner/open_undo.sql
\ir ../runner/whose_undo.sql
\ir ../prod/seed_digest.sql
do $undo$
declare
  release_tables text[] := string_to_array(current_setting('one_roof.tables'), ' ');
  release_views text[] := string_to_array(current_setting('one_roof.views'), ' ');
  release_functions text[] := string_to_array(current_setting('one_roof.functions'), ';');
  usual_timeout text := current_setting('lock_timeout');
  run text := current_setting('one_roof.run_id');
  mark text := substring(current_setting('one_roof.stamps')::json ->> 'mark' from 'sequence=(\S+)');
  overridden boolean := current_setting('one_roof.override_changed_rows') = run;
  dependants text;
  alien text;
  own text;
  changed bigint;
  referring bigint;
  foreign_owners bigint;
  sequence_now record;
  item text;
  waiting_for text;
  holders text;
  attempts integer := 0;
  counted bigint;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  elsif mark is null then
    raise exception 'REFUSING: the stamp of run % does not say where the ownership sequence stood, expected sequence=<value>/<called>; '
      'somebody changed the comments of its objects, a human has to look', run;
  end if;
  loop -- everything or nothing, by short tries: a failed try lets go of all locks at once
    attempts := attempts + 1;
    begin
      perform set_config('lock_timeout', '200ms', true);
      -- locks, in the order that tier 1 takes them too
      foreach item in array string_to_array(current_setting('one_roof.existing'), ',') loop
        waiting_for := split_part(item, '=', 1);
        if to_regclass(format('public.%I', waiting_for)) is not null then
          execute format('lock table public.%I in %s mode', waiting_for, split_part(item, '=', 2));
        end if;
      end loop;
      foreach item in array release_tables loop
        waiting_for := item;
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item and relkind = 'r') then
          execute format('lock table public.%I in access exclusive mode', item);
        end if;
      end loop;
      waiting_for := 'the views of this release';

      -- refusals, with counts
      with relations as materialized (
        select oid, reltype from pg_class where relnamespace = 'public'::regnamespace and relname = any (release_tables || release_views)
      ), routines as materialized (
        select oid from pg_proc where pronamespace = 'public'::regnamespace
          and proname in (select split_part(f, '(', 1) from unnest(release_functions) f)
      ), ours as materialized ( -- the row type of each too: a column, a domain or a function may be of it, or of arrays of it
        select 'pg_class'::regclass as catalog, oid from relations
        union all
        select 'pg_type'::regclass, unnest(array[t.oid, t.typarray]) from relations join pg_type t on t.oid = reltype
      )
      select concat_ws(', ', (
        select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')
        from ours join pg_depend d on d.refclassid = ours.catalog and d.refobjid = ours.oid
        left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
        left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
        left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
        left join pg_class holder on holder.oid = coalesce(r.ev_class, k.conrelid, t.tgrelid,
          case when d.classid = 'pg_class'::regclass and d.deptype = 'n' then d.objid end) -- a child table, or a column of a row type
        where (holder.oid is not null
               and not (holder.relnamespace = 'public'::regnamespace and holder.relname = any (release_tables || release_views)))
           or (t.oid is not null and not t.tgisinternal)
           or d.classid in ('pg_proc'::regclass, 'pg_policy'::regclass)
           or (holder.oid is null and ours.catalog = 'pg_type'::regclass and d.deptype = 'n')
      ), (
        select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')
        from pg_depend d join routines p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass where d.deptype = 'n'
      )) into dependants;
      if dependants <> '' then
        raise exception 'REFUSING: objects that are not ours depend on this release: %, expected none; '
          'their owner has to remove them first', dependants;
      end if;

      alien := '';
      foreach item in array release_tables loop
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item and relkind = 'r') then
          own := case item
            when 'axis_candidate_finding' then 'false'
            when 'governance_scan_run' then 'actor = $2'
            when 'governance_drift_state' then 'last_scan_id in (select scan_id from public.governance_scan_run where actor = $2)'
            when 'governance_event_log' then 'scan_id in (select scan_id from public.governance_scan_run where actor = $2)'
            else 'created_by = any ($1)' end;
          execute format('select count(*) from public.%I where (%s) is not true', item, own) into counted
          using string_to_array(current_setting('one_roof.tags'), ' '), 'one-roof/' || run;
          if counted > 0 then
            alien := concat_ws(', ', nullif(alien, ''), format('%s %s', counted, item));
          end if;
        end if;
      end loop;
      if alien <> '' and not overridden then
        raise exception 'REFUSING: rows in our tables that run % did not write: %, expected none; save them and delete them, '
          'or pass -v override_changed_rows=% to lose them', run, alien, run;
      end if;

      execute format($q$select count(*) filter (where not own), count(*) filter (where own and audit_ref is distinct from %s),
          count(*) filter (where not own and supersedes_id in (select id from public.governance_object_ownership where created_by = $2))
        from (select *, (created_by = $2 and rollback_ref = $1) is true as own from public.governance_object_ownership) o$q$,
        current_setting('one_roof.seed_digest')) into foreign_owners, changed, referring
      using 'one-roof/' || run, 'PROD_OWNERSHIP_SEED_2026-06-03';
      if foreign_owners > 0 then
        raise exception 'REFUSING: governance_object_ownership has % rows that run % did not write (% of them supersede its rows), '
          'expected 0; the baseline ownership=0 cannot be reached, ask whose they are', foreign_owners, run, referring;
      end if;
      if changed > 0 and not overridden then
        raise exception 'REFUSING: % seed rows of run % were changed since, expected 0; look at their updated_by, '
          'or pass -v override_changed_rows=% to lose the changes', changed, run, run;
      end if;

      -- undo, without CASCADE: what depends on ours unseen stops it
      delete from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'
        and rollback_ref = 'one-roof/' || run;
      foreach item in array release_functions loop
        if to_regprocedure('public.' || item) is not null then
          execute format('drop function %s', to_regprocedure('public.' || item));
        end if;
      end loop;
      for item in select v from unnest(release_views) with ordinality as u(v, place) order by place desc loop
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
          execute format('drop view public.%I', item);
        end if;
      end loop;
      for item in select t from unnest(release_tables) with ordinality as u(t, place) order by place desc loop
        if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
          execute format('drop table public.%I', item);
        end if;
      end loop;

      -- the ownership sequence goes back to its stamped value: the table is empty again, so nothing can hold a number beyond it.
      -- RESTART gives the sequence a new file in this transaction, which makes the following setval transactional too
      waiting_for := 'governance_object_ownership_id_seq';
      select last_value, is_called into sequence_now from public.governance_object_ownership_id_seq;
      if format('%s/%s', sequence_now.last_value, case when sequence_now.is_called then 't' else 'f' end) is distinct from mark then
        alter sequence public.governance_object_ownership_id_seq restart;
        perform setval('public.governance_object_ownership_id_seq', split_part(mark, '/', 1)::bigint, split_part(mark, '/', 2)::boolean);
      end if;
      perform set_config('one_roof.outcome', 'undone', false);
      exit;
    exception when lock_not_available or deadlock_detected then
      if attempts >= current_setting('one_roof.lock_tries')::integer then
        select string_agg(distinct format('pid %s (application %s, user %s, %s, on %s)', a.pid,
                 coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, a.state, c.relname), '; ')
        into holders
        from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_class c on l.locktype = 'relation' and c.oid = l.relation
        where l.granted and l.pid <> pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
          and c.relnamespace = 'public'::regnamespace
          and (c.relname = any (release_tables || release_views) or c.relname = 'governance_registry'
            or c.relname like 'governance\_object\_ownership%' and l.mode not in ('AccessShareLock', 'RowShareLock'));
        raise exception 'REFUSING: no lock on % after % tries of 200 ms; held by %; nothing was undone yet, end the holder and start '
          'the rollback again', waiting_for, attempts, coalesce(holders, 'a session that has just ended');
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
  if current_setting('one_roof.outcome') <> 'undone' then
    return;
  end if;
  select (select count(*) from public.governance_object_ownership) as own, (select count(*) from public.v_object_owner_gap) as gap,
         (select count(*) from public.v_governance_object_inventory where born and requires_owner)
           * (select count(*) from public.governance_responsibility_scope where status = 'active') as required,
         (select count(*) from pg_class where relnamespace = 'public'::regnamespace
            and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' ')))
         + (select count(*) from string_to_table(current_setting('one_roof.functions'), ';') f
            where to_regprocedure('public.' || f) is not null) as objects
  into figures;
  if figures.own <> 0 or figures.objects <> 0 or figures.gap <> figures.required then
    raise exception 'REFUSING: after the undo ownership=% gap=% objects=%, expected 0, % and 0; nothing was kept, a human has to look',
      figures.own, figures.gap, figures.objects, figures.required;
  end if;
end $baseline$;
\set undone :stamps
\ir ../runner/stamps.sql
select (select count(*) from public.governance_object_ownership) as own, (select count(*) from public.v_object_owner_gap) as gap,
       (select count(*) from public.v_governance_object_inventory where born and requires_owner)
         * (select count(*) from public.governance_responsibility_scope where status = 'active') as required,
       case when (:'stamps'::json ->> 'found')::integer > 0 then 'present' else 'absent' end as axis,
       current_setting('one_roof.outcome') as outcome \gset
\ir ../runner/close_tier.sql
select format('gap %s is every required cell, but the package was written for %s', :'gap', :'expected_gap')
where :'outcome' = 'undone' and :'gap' <> :'expected_gap';
select format('run %s is sealed as released, nothing was touched; an operator undoes it with -v undo_released=%s', :'run_id', :'run_id')
where :'outcome' = 'already_released';
select format('FULL ROLLBACK OK: ownership=%s gap=%s axis=%s', :'own', :'gap', :'axis')
where :'own' = '0' and :'gap' = :'required' and :'axis' = 'absent';
select format('rollback outcome=%s run=%s objects=%s ownership=%s gap=%s axis=%s', :'outcome', coalesce(nullif(:'run_id', ''), 'none'),
  case :'outcome' when 'undone' then :'undone'::json ->> 'own' else '0' end, :'own', :'gap', :'axis');
