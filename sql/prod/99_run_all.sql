-- The whole release by hand, from any folder: psql -v ON_ERROR_STOP=1 -v ratified_apr=<code> -f 99_run_all.sql
-- Each tier guards itself; the first refusal ends the run with exit code 3.
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\encoding UTF8
\if :{?run_id} \else \set run_id '' \endif
select case when :'run_id' = '' then to_char(clock_timestamp() at time zone 'UTC', '"hand-"YYYYMMDD"T"HH24MISS"Z"') else :'run_id' end as run_id \gset
do $executor$
declare
  holders text;
begin -- one executor at a time, from the first tier to the last
  if not pg_try_advisory_lock(20260603) then
    select string_agg(format('pid %s (application %s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed')), '; ') into holders
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
      and l.database = (select oid from pg_database where datname = current_database());
    raise exception 'REFUSING: another executor is running: %, expected none; wait until it ends, then start again', coalesce(holders, 'a session that has just ended');
  end if;
end $executor$;
\ir 00_preflight.sql
\ir 10_structure.sql
\ir 20_responsibility_axis.sql
\ir 30_ownership_seed.sql
\ir 40_containment.sql
\ir 50_topic_finalization.sql
\ir 60_scanner_baseline.sql
\ir 90_verify.sql
select pg_advisory_unlock(20260603) as unlocked \gset
\echo 'ROLLOUT COMPLETE — ALL TIERS PASSED'
