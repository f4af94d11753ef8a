-- Before each script, in the same session: refuses a command that starts too late, and lets one executor write at a time.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\encoding UTF8
set search_path = pg_catalog, pg_temp;
\if :{?mutating} \else \set mutating '' \endif
\if :{?start_by} \else \set start_by '' \endif
select set_config('one_roof.start_by', :'start_by', false) as start_by,
       set_config('one_roof.mutating', :'mutating', false) as mutating \gset
do $prelude$
declare
  start_by text := current_setting('one_roof.start_by');
  mutating text := current_setting('one_roof.mutating');
  deadline timestamptz;
  give_up timestamptz := clock_timestamp() + interval '20 seconds';
  holders text;
begin
  if start_by !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$' then
    raise exception 'REFUSING: start_by %, expected an instant such as 2026-06-03T10:15:00.000Z; pass -v start_by=<instant>',
      quote_literal(start_by);
  end if;
  if mutating not in ('on', 'off') then
    raise exception 'REFUSING: mutating %, expected on or off; pass -v mutating=<on|off>', quote_literal(mutating);
  end if;
  deadline := start_by::timestamptz;
  if clock_timestamp() > deadline then
    raise exception 'REFUSING: start-by % has passed by % ms, expected an earlier start; nothing was run, ask for a new command',
      start_by, ceil(extract(epoch from clock_timestamp() - deadline) * 1000)::bigint;
  end if;
  if mutating = 'on' then
    while not pg_try_advisory_lock(20260603) loop
      select string_agg(format('pid %s (application %s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed')), '; ')
      into holders
      from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_roles r on r.oid = a.usesysid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and (r.rolsuper or r.rolname = session_user);
      exit when holders is null; -- every login may hold it, and only one like ours counts; take_locks.sql has a lock that is ours alone
      if clock_timestamp() > give_up or clock_timestamp() > deadline then
        raise exception 'REFUSING: the release lock was not free in time, held by %, expected nobody; wait until it ends, then start again',
          holders;
      end if;
      perform pg_sleep(0.1);
    end loop;
    if clock_timestamp() > deadline then
      raise exception 'REFUSING: start-by % has passed by % ms, expected an earlier start; nothing was run, ask for a new command',
        start_by, ceil(extract(epoch from clock_timestamp() - deadline) * 1000)::bigint;
    end if;
  end if;
end $prelude$;
