-- expect 10 ROLLBACK PREPARED 'order-17'
-- A transaction manager died between the two phases of a COMMIT: its row is locked by nobody who could be asked.
begin;
update public.governance_registry set status = status where code = (select min(code) from public.governance_registry);
prepare transaction 'order-17';
