-- Removes what earlier rehearsals left behind: clones without a guard, and the backends of such rehearsals. A rehearsal
-- that has a guard is still running.
\ir settings.sql
do $wait$
declare
  give_up timestamptz := clock_timestamp() + make_interval(secs => current_setting('one_roof.silence')::integer + 5);
  guards text;
begin -- a guard outlives its rehearsal by the seconds of silence, so a rehearsal that was killed a moment ago still has a guard
  loop
    perform pg_stat_clear_snapshot();
    select string_agg(application_name, ', ') into guards from pg_stat_activity
    where application_name ~ '^one-roof/[0-9a-f]{12}/rehearsal-guard(-starts)?$' and usename = session_user;
    exit when guards is null;
    if clock_timestamp() > give_up then
      raise exception 'REFUSING: another rehearsal is running (%), expected none; nothing was copied, wait until it has ended', guards;
    end if;
    perform pg_sleep(0.1);
  end loop;
end $wait$;
select count(pg_terminate_backend(pid, 5000)) as terminated from pg_stat_activity
where application_name ~ '^one-roof/[0-9a-f]{12}/rehearsal-' and application_name !~ '/rehearsal-(clean|disk|drop|production)'
  and usename = session_user and pid <> pg_backend_pid() \gset
select count(*) as dropped from pg_database where datname ~ ('^' || :'production' || '_rehearsal_[0-9]{8}T[0-9]{6}Z$') \gset
select format('drop database %I with (force)', datname) from pg_database
where datname ~ ('^' || :'production' || '_rehearsal_[0-9]{8}T[0-9]{6}Z$') \gexec
select format('rehearsal_clean dropped=%s terminated=%s clones=%s', :'dropped', :'terminated', count(*)) from pg_database
where datname ~ ('^' || :'production' || '_rehearsal_[0-9]{8}T[0-9]{6}Z$');
