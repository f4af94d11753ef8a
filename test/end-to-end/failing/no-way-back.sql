-- Operations forbid DROP TABLE in production by an event trigger. Nothing forbids CREATE: only the undo would fail.
create function public.ops_no_drop() returns event_trigger language plpgsql as $f$
declare o record;
begin
  for o in select * from pg_event_trigger_dropped_objects() where object_type = 'table' loop
    raise exception 'dropping % is not allowed in production', o.object_identity;
  end loop;
end $f$;
create event trigger ops_no_drop on sql_drop execute function public.ops_no_drop();
