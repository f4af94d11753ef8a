-- Opens the session of every script: how psql prints, what the plan says, and the bounds that hold by hand too.
\set QUIET on \set ON_ERROR_STOP on \set SHOW_CONTEXT never \encoding UTF8
-- Before anything is called: from here on a name means what PostgreSQL means by it, whoever has made another one.
set role none;
set search_path = pg_catalog, pg_temp;
-- What role or database set beforehand is taken off, as it can change what our text means. Left alone are somebody's wishes that we
-- keep or look at ourselves (bounds, read only), how the client reads us, and what the server writes down.
select count(set_config(name, boot_val, false)) as taken_off from pg_settings
where source in ('database', 'user', 'database user') and boot_val is not null
  and (context = 'user' or context = 'superuser' and current_setting('is_superuser') = 'on')
  and name not in ('client_encoding', 'role', 'session_authorization', 'local_preload_libraries', 'session_preload_libraries',
    'lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout', 'client_connection_check_interval',
    'synchronous_commit', 'default_transaction_read_only', 'application_name')
  and not starts_with(name, 'log_') \gset
\pset pager off \pset format unaligned \pset tuples_only on \pset expanded off \pset fieldsep ' | ' \pset recordsep '\n' \pset null ''
\if :{?run_id} \else \set run_id '' \endif \if :{?ratified_apr} \else \set ratified_apr '' \endif
\set trial_part '' \if :{?lock_tries} \else \set lock_tries 25 \endif
\ir ../plan.sql
select set_config('one_roof.run_id', :'run_id', false) as run_id,
       set_config('one_roof.ratified_apr', :'ratified_apr', false) as ratified_apr,
       set_config('one_roof.lock_tries', :'lock_tries', false) as lock_tries \gset
-- counters of earlier transactions of this session must not be mistaken for our own
select pg_stat_force_next_flush() as flushed \gset
set client_min_messages = warning;
set jit = off;
set row_security = off; -- rows that a policy hides from us are an error, not fewer rows
do $session$
begin -- a proven COMMIT has to outlive a crash of the server; what the session already demands is left alone
  perform set_config(wanted.name, wanted.value, false)
  from (values ('lock_timeout', '5s'), ('statement_timeout', '120s'), ('idle_in_transaction_session_timeout', '60s'),
               ('client_connection_check_interval', '2s'), ('synchronous_commit', 'on')) as wanted(name, value)
  where current_setting(wanted.name) in ('0', '', 'off');
end $session$;
