-- expect 0 evt_trigger_guard_drop sends notifications
-- The same by pg_notify, in a function that the trigger's function calls.
create function public.app_tell(what text) returns void language plpgsql as $f$ begin perform pg_notify('app', what); end $f$;
create or replace function public.fn_trigger_guard_drop() returns event_trigger language plpgsql as $f$
begin perform public.app_tell(tg_tag); end $f$;
