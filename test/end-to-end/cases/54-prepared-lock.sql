-- expect 10 ROLLBACK PREPARED 'it''s app/2'
-- The same, with nothing but a lock on a table into which the release inserts, and a name that needs quoting.
begin;
lock table public.governance_object_ownership in share mode;
prepare transaction 'it''s app/2';
