-- expect 10 unplanned_trigger
-- A trigger for every statement on a relation whose rows the release inserts only in passing, by its own event triggers.
create function public.app_alert() returns trigger language plpgsql as $f$ begin return null; end $f$;
create trigger app_alert after insert on public.trigger_guard_alerts for each statement execute function public.app_alert();
