-- Fence: ends the forward scripts of one run, and only those, and proves that none is left. Reads the stamps; writes nothing.
-- A name is not enough, as every session gives itself one: forward scripts log in as we do.
\ir session.sql
\ir guard_database.sql
\ir guard_run.sql
do $fence$
declare
  run text := current_setting('one_roof.run_id');
  ended bigint;
  remaining bigint;
begin
  select count(pg_terminate_backend(pid, 5000)) into ended
  from pg_stat_activity
  where application_name ~ ('^one-roof/' || run || '/(tier-|trial$)') and usename = session_user and pid <> pg_backend_pid();
  perform pg_stat_clear_snapshot();
  select count(*) into remaining
  from pg_stat_activity
  where application_name ~ ('^one-roof/' || run || '/(tier-|trial$)') and usename = session_user and pid <> pg_backend_pid();
  if remaining > 0 then
    raise exception 'REFUSING: % forward backends of run % remain after % were ended, expected 0; wait, then fence again',
      remaining, run, ended;
  end if;
  perform set_config('one_roof.ended', ended::text, false);
end $fence$;
\ir stamps.sql
select format('fence run=%s terminated=%s remaining=0 stamped=%s state=%s', :'run_id', current_setting('one_roof.ended'), own + damaged,
  case when own + damaged = 0 then 'none' when damaged > 0 or released not in (0, own) then 'mixed'
       when released = own then 'released' else 'applying' end)
from (select (s ->> 'own')::integer as own, (s ->> 'damaged')::integer as damaged, (s ->> 'own_released')::integer as released
      from (select :'stamps'::json) as stamps(s)) counts;
