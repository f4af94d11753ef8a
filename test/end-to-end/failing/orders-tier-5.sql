-- Tier 5 fails: everything is verified, but the seal is refused.
create function public.refuse_seal() returns event_trigger language plpgsql as $$
begin
  if exists (select from pg_event_trigger_ddl_commands() c
             join pg_description d on d.objoid = c.objid and d.classoid = c.classid and d.description like '%state=released%') then
    raise exception 'refused on purpose';
  end if;
end $$;
create event trigger refuse_seal on ddl_command_end when tag in ('COMMENT') execute function public.refuse_seal();
