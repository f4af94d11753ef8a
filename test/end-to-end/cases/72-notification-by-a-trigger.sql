-- expect 10 unplanned_trigger
-- A trigger sends a message for every row that is written: 30 of them, which no rollback takes back.
create function public.app_tell() returns trigger language plpgsql as $f$ begin perform pg_notify('app', new.object_ref); return new; end $f$;
create trigger app_tell after insert on public.governance_object_ownership for each row execute function public.app_tell();
