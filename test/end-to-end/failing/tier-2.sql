-- Tier 2 fails: the table gets a constraint that refuses its axis as soon as tier 1 has made it.
create function public.refuse_rows() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.axis_registry' and command_tag = 'CREATE TABLE') then
    execute 'alter table public.axis_registry add constraint refused_on_purpose check (axis_code <> ''responsibility'')';
  end if;
end $$;
create event trigger refuse_rows on ddl_command_end when tag in ('CREATE TABLE') execute function public.refuse_rows();
