-- Tier 6 fails: no scan may be recorded.
create function public.refuse_rows() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.governance_scan_run' and command_tag = 'CREATE TABLE') then
    execute 'alter table public.governance_scan_run add constraint refused_on_purpose check (false)';
  end if;
end $$;
create event trigger refuse_rows on ddl_command_end when tag in ('CREATE TABLE') execute function public.refuse_rows();
