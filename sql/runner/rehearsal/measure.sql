-- On the clone: prints the strong locks that each script held on relations that existed before, and for how long at
-- most; checks that the guard still holds the release's advisory lock.
\ir settings.sql
\ir here.sql
do $guard$
begin
  if not exists (select from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where a.application_name = 'one-roof/' || current_setting('one_roof.run_id') || '/rehearsal-guard' and a.usename = session_user
        and l.locktype = 'advisory' and l.granted
        and l.mode = 'ShareLock' and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_setting('one_roof.production'))) then
    raise exception 'REFUSING: the guard no longer holds the release key on production, expected it to be held all the time; '
      'rehearse again';
  end if;
  if not exists (select from pg_stat_activity
      where application_name = 'one-roof/' || current_setting('one_roof.run_id') || '/rehearsal-watch' and usename = session_user) then
    raise exception 'REFUSING: the watch over locks has ended, expected it to run all the time; rehearse again';
  end if;
end $guard$;
select 'rehearsal_measure ' || coalesce(json_agg(json_build_object('script', script, 'relation', name, 'mode', mode,
    'milliseconds', milliseconds) order by script, name), '[]')
from (
  select distinct on (h.application, r.name) split_part(h.application, '/rehearsal-', 2) as script, r.name, h.mode,
    round(extract(epoch from h.last_seen - h.first_seen) * 1000)::integer + 10 as milliseconds
  from one_roof_rehearsal.held h join one_roof_rehearsal.relation r on r.oid = h.relation
  where h.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    and h.application not like '%/rehearsal-record'
  order by h.application, r.name,
    array_position(array['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock'], h.mode)
) strongest;
