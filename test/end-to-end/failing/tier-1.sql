-- Tier 1 fails: its first table is refused when it is created.
create function public.refuse_structure() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.axis_registry') then
    raise exception 'refused on purpose';
  end if;
end $$;
create event trigger refuse_structure on ddl_command_end when tag in ('CREATE TABLE') execute function public.refuse_structure();
