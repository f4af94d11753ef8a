\set ON_ERROR_STOP on
\if :{?run_id} \else \set run_id '' \endif
\if :{?production} \else \set production '' \endif
\if :{?rehearsal_database} \else \set rehearsal_database '' \endif
\if :{?silence} \else \set silence '' \endif
\pset pager off
\pset format unaligned
\pset tuples_only on
\pset null ''
set client_min_messages = warning;
set search_path = pg_catalog, pg_temp;
set jit = off; -- it would compile the proof of trust for seconds, and run it for milliseconds
set max_parallel_workers_per_gather = 0; -- a worker that begins or ends shows no leader, and would be taken for somebody else
select set_config('one_roof.run_id', :'run_id', false) as run_id,
       set_config('one_roof.production', :'production', false) as production,
       set_config('one_roof.clone', :'rehearsal_database', false) as clone,
       set_config('one_roof.silence', :'silence', false) as silence \gset
do $name$
begin -- only a database with this name is ever created or dropped here, and production cannot have such a name
  if current_setting('one_roof.clone') !~ ('^' || current_setting('one_roof.production') || '_rehearsal_[0-9]{8}T[0-9]{6}Z$') then
    raise exception 'REFUSING: % is not the name of a rehearsal clone, expected %_rehearsal_<UTC>; nothing was done',
      quote_literal(current_setting('one_roof.clone')), current_setting('one_roof.production');
  end if;
end $name$;
