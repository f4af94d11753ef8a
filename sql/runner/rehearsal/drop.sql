-- Ends the guard and drops the clone, however the rehearsal ended. Idempotent. Parallel workers have the application
-- name of their leader.
\ir settings.sql
select count(pg_terminate_backend(pid, 5000)) as terminated from pg_stat_activity
where application_name ~ ('^one-roof/' || :'run_id' || '/rehearsal-') and application_name !~ '/rehearsal-(drop|production|guard-asks)'
  and usename = session_user
  and pid <> pg_backend_pid() \gset
select format('drop database if exists %I with (force)', datname) from pg_database where datname = :'rehearsal_database' \gexec
select format('rehearsal_drop clones=%s backends=%s', (select count(*) from pg_database where datname = :'rehearsal_database'),
  (select count(*) from pg_stat_activity where application_name ~ ('^one-roof/' || :'run_id' || '/rehearsal-')
     and application_name !~ 'guard-asks' and usename = session_user and coalesce(leader_pid, pid) <> pg_backend_pid()));
