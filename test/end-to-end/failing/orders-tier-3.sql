-- Tier 3 fails: the view of open orders may not get another definition.
create function public.refuse_view() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.open_orders') then
    raise exception 'refused on purpose';
  end if;
end $$;
create event trigger refuse_view on ddl_command_end when tag in ('CREATE VIEW') execute function public.refuse_view();
