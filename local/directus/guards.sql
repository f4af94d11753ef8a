-- Two event triggers watch trigger objects: they log and warn, they never refuse. Table, view and function DDL passes,
-- which takes a second condition: dropping a table with a foreign key reports the key's internal triggers as well.
create table public.trigger_guard_alerts (
  id bigserial primary key,
  command_tag text not null,
  object_type text not null,
  object_identity text not null,
  done_by text not null default session_user,
  done_at timestamptz not null default now()
);
grant select on public.trigger_guard_alerts to directus, context_pack_readonly;

create function public.fn_trigger_guard_ddl() returns event_trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  command record;
begin
  for command in select * from pg_event_trigger_ddl_commands() where object_type = 'trigger' loop
    insert into public.trigger_guard_alerts (command_tag, object_type, object_identity)
    values (command.command_tag, command.object_type, command.object_identity);
    raise warning 'trigger guard: % %', command.command_tag, command.object_identity;
  end loop;
end $$;

create function public.fn_trigger_guard_drop() returns event_trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  dropped record;
begin
  for dropped in
    select * from pg_event_trigger_dropped_objects()
    where object_type = 'trigger' and object_identity not like '"RI\_ConstraintTrigger\_%'
  loop
    insert into public.trigger_guard_alerts (command_tag, object_type, object_identity)
    values (tg_tag, dropped.object_type, dropped.object_identity);
    raise warning 'trigger guard: % %', tg_tag, dropped.object_identity;
  end loop;
end $$;

create event trigger evt_trigger_guard_ddl on ddl_command_end execute function public.fn_trigger_guard_ddl();
create event trigger evt_trigger_guard_drop on sql_drop execute function public.fn_trigger_guard_drop();
