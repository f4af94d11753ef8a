-- Takes the key of the release and the locks of one_roof.locks, all or none: a failed attempt lets go of everything at
-- once, so that the application never queues behind a script that waits itself.
do $locks$
declare
  usual_timeout text := current_setting('lock_timeout');
  item text;
  wanted_relation text;
  wanted_mode text;
  attempts integer := 0;
  holders text;
begin
  loop
    attempts := attempts + 1;
    begin
      perform set_config('lock_timeout', '200ms', true);
      wanted_relation := null;
      perform pg_advisory_xact_lock(20260603);
      foreach item in array string_to_array(current_setting('one_roof.locks'), ',') loop
        wanted_relation := split_part(item, '=', 1);
        wanted_mode := coalesce(nullif(split_part(item, '=', 2), ''), 'share row exclusive');
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
        raise exception
          'REFUSING: no lock on % after % tries of 200 ms; held by %; wait until it ends or end it, then start again',
          coalesce(wanted_relation, 'the release (another executor is running)'), attempts,
          coalesce(holders, 'a session that has just ended');
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', usual_timeout, true);
end $locks$;
