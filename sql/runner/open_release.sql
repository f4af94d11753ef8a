-- Opens a whole release by hand: names the run, and takes the key of the release for the session, so that there is one
-- executor at a time from the first tier to the last.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\encoding UTF8
set search_path = pg_catalog, pg_temp;
\ir name_run.sql
do $executor$
declare
  holders text;
begin
  if not pg_try_advisory_lock(20260603) then
    select string_agg(format('pid %s (application %s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed')), '; ') into holders
    from pg_locks l join pg_stat_activity a on a.pid = l.pid join pg_roles r on r.oid = a.usesysid
    where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
      and l.database = (select oid from pg_database where datname = current_database())
      and (r.rolsuper or r.rolname = session_user); -- every login may hold it, and only one like ours counts
    if holders is not null then
      raise exception 'REFUSING: another executor is running: %, expected none; wait until it ends, then start again', holders;
    end if;
  end if;
end $executor$;
