-- Takes off what the release created, but for its tables: takes every lock of the undo by short tries, all or none; refuses what of
-- others depends on the release; then drops functions and views, so that the package has only rows left to judge and to put back.
-- Whatever it refuses after this brings all of it back, as nothing is kept before COMMIT. undo/drop_tables.sql ends the work.
do $take_off$
declare
  release_tables text[] := string_to_array(current_setting('one_roof.tables'), ' ');
  release_views text[] := string_to_array(current_setting('one_roof.views'), ' ');
  release_functions text[] := string_to_array(current_setting('one_roof.functions'), ';');
  existing text[] := string_to_array(current_setting('one_roof.existing'), ',');
  usual_timeout text := current_setting('lock_timeout');
  dependants text;
  sequence_now record;
  here record;
  item text;
  waiting_for text;
  holders text;
  attempts integer := 0;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  end if;
  loop -- everything or nothing, by short tries: a failed try lets go of all locks at once
    attempts := attempts + 1;
    begin
      perform set_config('lock_timeout', '200ms', true);
      -- locks, in the order that tier 1 takes them too
      foreach item in array existing loop
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
      -- ALTER VIEW to the owner that it has changes nothing, and locks the view without the tables below it
      for here in select c.relname as name, pg_get_userbyid(c.relowner) as owner from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
          and c.relname = any (string_to_array(current_setting('one_roof.replaces', true), ';'))
      loop
        waiting_for := here.name;
        execute format('alter view public.%I owner to %I', here.name, here.owner);
      end loop;
      -- RESTART gives a sequence a new file in this transaction, so that a package can put it back by setval and lose nothing by a refusal
      for sequence_now in
        select s.oid::regclass as name from pg_class s
        join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
        join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
        where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace
          and t.relname = any (string_to_array(current_setting('one_roof.existing_written'), ' '))
      loop
        waiting_for := sequence_now.name;
        execute format('select last_value, is_called from %s', sequence_now.name) into here;
        execute format('alter sequence %s restart', sequence_now.name);
        perform setval(sequence_now.name, here.last_value, here.is_called);
      end loop;
      waiting_for := 'the views of this release';

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

      -- without CASCADE: what depends on ours unseen stops it
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
      exit;
    exception when lock_not_available or deadlock_detected then
      if attempts >= current_setting('one_roof.lock_tries')::integer then
        select string_agg(distinct format('pid %s (application %s, user %s, %s, on %s)', a.pid,
                 coalesce(nullif(a.application_name, ''), 'unnamed'), a.usename, a.state, c.relname), '; ')
        into holders
        from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_class c on l.locktype = 'relation' and c.oid = l.relation
        left join unnest(existing) e(item) on starts_with(c.relname, split_part(e.item, '=', 1)) -- its sequences are called after it
        where l.granted and l.pid <> pg_backend_pid() and l.database = (select oid from pg_database where datname = current_database())
          and c.relnamespace = 'public'::regnamespace
          and (c.relname = any (release_tables || release_views)
            or e.item like '%=access exclusive' or e.item is not null and l.mode not in ('AccessShareLock', 'RowShareLock'));
        raise exception 'REFUSING: no lock on % after % tries of 200 ms; held by %; nothing was undone yet, end the holder and start '
          'the rollback again', waiting_for, attempts, coalesce(holders, 'a session that has just ended');
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', usual_timeout, true);
end $take_off$;
