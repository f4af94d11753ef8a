-- Opens a script that writes: its transaction, the right database, the release's key, the locks it asks for, and the proof that
-- nothing of a stranger's runs with it.
-- The script sets before:
--   writes  relations whose rows it changes, joined by commas; close_tier.sql refuses rows written anywhere else
--   locks   relations to lock, joined by commas: `relation` (SHARE ROW EXCLUSIVE) or `relation=mode`
--   reads   for an undo: the relations of the plan that it reads, separated by spaces, so that no other holds it up
\ir session.sql
\ir untrusted_code.sql
begin transaction isolation level read committed read write;
select set_config('one_roof.locks', :'locks', true) as locks, set_config('one_roof.planned', :'writes', true) as planned,
       -- within a trial, what the parts before have written
       set_config('one_roof.written_before', (select coalesce(json_object_agg(relid, array[n_tup_ins, n_tup_upd, n_tup_del]), '{}')::text
         from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0), true) as written_before \gset
\ir guard_database.sql
\if :{?reads} \else \set reads '' \endif
select set_config('one_roof.reads', coalesce(nullif(:'reads', ''), current_setting('one_roof.reads')), true) as named,
       -- an undo writes nothing where nothing of the release is there
       set_config('one_roof.existing_written', case when :'reads' = '' or exists (
           select from pg_class where relnamespace = 'public'::regnamespace
             and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' ')))
         then current_setting('one_roof.existing_written') else '' end, true) as written \gset
\unset reads
\ir take_locks.sql
\ir refuse_untrusted.sql
-- From here to close_tier.sql psql says how long each statement took, if the wrapper asks; the engine reads it.
\if :{?one_roof_timed} \echo one-roof statements :trial_part \timing :one_roof_timed \set QUIET off \endif
