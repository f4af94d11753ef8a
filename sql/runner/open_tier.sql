-- Opens a script that writes: its transaction, the right database, the release's key, the locks it asks for, and the proof that
-- nothing of a stranger's runs with it.
-- The script sets before:
--   writes  relations whose rows it changes, joined by commas; close_tier.sql refuses rows written anywhere else
--   locks   relations to lock, joined by commas: `relation` (SHARE ROW EXCLUSIVE) or `relation=mode`
\ir session.sql
\ir untrusted_code.sql
begin transaction isolation level read committed read write;
select set_config('one_roof.locks', :'locks', true) as locks, set_config('one_roof.planned', :'writes', true) as planned \gset
\ir guard_database.sql
\ir take_locks.sql
\ir refuse_untrusted.sql
