-- Tier 1 fails: its table is refused when it is created.
create function public.refuse_days() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.order_days') then
    raise exception 'refused on purpose';
  end if;
end $$;
create event trigger refuse_days on ddl_command_end when tag in ('CREATE TABLE') execute function public.refuse_days();
