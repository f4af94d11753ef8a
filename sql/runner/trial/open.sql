-- Opens a trial: one transaction that cannot commit, with all locks that the release and its undo will need, before anything is done.
\set ON_ERROR_STOP on
\getenv one_roof_trial_of ONE_ROOF_RUN
\if :{?one_roof_trial_of}
\o trial.out
\endif
\ir ../session.sql
\ir ../name_run.sql
\set trial_proofs ''
\ir ../untrusted_code.sql
begin transaction isolation level read committed read write;
-- Whatever would end this transaction other than by a rollback has to fetch this row first, and fails. It stands outside every \if.
declare one_roof_never_commits no scroll cursor with hold for
  select ('a trial never commits, xid ' || pg_current_xact_id()::text)::int4;
select pg_current_xact_id()::text as trial_xid, clock_timestamp()::text as trial_began \gset
-- The application may have to wait now, so nothing here waits long: not a step, not the client, and not behind an autovacuum.
set local statement_timeout = '10s';
set local idle_in_transaction_session_timeout = '2s';
set local deadlock_timeout = '100ms';
select set_config('one_roof.trial_parts', '{}', true) as parts,
       set_config('one_roof.locks', :'release_existing', true) as locks, set_config('one_roof.planned', '', true) as planned \gset
\ir ../guard_database.sql
\ir ../take_locks.sql
\ir ../refuse_untrusted.sql
-- The gate asked the same as the reader, who is told less.
\ir server_writes.sql
do $writes$
declare
  found text := (select string_agg(concat_ws(', ', code, sentence), '; ')
    from json_to_recordset(current_setting('one_roof.no_writes')::json) as w(code text, sentence text));
begin
  if found is not null then
    raise exception 'REFUSING: %, expected a server that takes what is written; ask whoever said so, or bring the standby back', found;
  end if;
end $writes$;
select clock_timestamp()::text as trial_locked,
       set_config('one_roof.trial_deadline', (clock_timestamp() + interval '10 seconds')::text, true) as trial_deadline \gset
do $sequences$
declare
  drawn record;
  here record;
begin -- after RESTART a sequence has a file of this transaction's, so that the numbers it gives are given back
  for drawn in
    select s.oid::regclass as name from pg_class s
    join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
    join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
    where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace
      and t.relname = any (string_to_array(current_setting('one_roof.existing_written'), ' '))
  loop
    execute format('select last_value, is_called from %s', drawn.name) into here;
    execute format('alter sequence %s restart', drawn.name);
    perform setval(drawn.name, here.last_value, here.is_called);
  end loop;
end $sequences$;
