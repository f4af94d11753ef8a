-- expect 0
-- A trigger and an event trigger that are switched off do nothing.
create function public.app_off() returns trigger language plpgsql as $f$ begin raise exception 'never'; end $f$;
create trigger app_off before insert on public.governance_object_ownership for each row execute function public.app_off();
alter table public.governance_object_ownership disable trigger app_off;
create function public.app_event_off() returns event_trigger language plpgsql as $f$ begin raise exception 'never'; end $f$;
create event trigger app_event_off on ddl_command_start execute function public.app_event_off();
alter event trigger app_event_off disable;
