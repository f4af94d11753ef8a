-- Opens a script that writes: its transaction, the right database, the release's key, the locks it asks for, and the proof that
-- nothing of a stranger's runs with it.
-- The script sets before:
--   writes  relations whose rows it changes, joined by commas; close_tier.sql refuses rows written anywhere else
--   locks   relations to lock, joined by commas: `relation` (SHARE ROW EXCLUSIVE) or `relation=mode`
--   reads_of_nothing  for an undo: the relations it reads where there is nothing to undo, so that it waits for no other
\if :{?reads_of_nothing} \else \set reads_of_nothing '' \endif
\ir session.sql
\ir untrusted_code.sql
begin transaction isolation level read committed read write;
select set_config('one_roof.locks', :'locks', true) as locks, set_config('one_roof.planned', :'writes', true) as planned \gset
\ir guard_database.sql
select set_config('one_roof.reads', case when nothing then :'reads_of_nothing' else current_setting('one_roof.reads') end, true) as reads,
       set_config('one_roof.existing_written',
         case when nothing then '' else current_setting('one_roof.existing_written') end, true) as written
from (select :'reads_of_nothing' <> '' and not exists (select from pg_class where relnamespace = 'public'::regnamespace
  and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' '))))
  as what(nothing) \gset
\ir take_locks.sql
\ir refuse_untrusted.sql
