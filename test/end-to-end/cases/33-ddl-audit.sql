-- expect 10 unplanned_trigger
-- Every change of a definition is written down, by an event trigger that runs for all commands.
create table public.app_ddl (at timestamptz default now(), tag text);
create function public.app_ddl() returns event_trigger language plpgsql as $f$ begin insert into public.app_ddl (tag) values (tg_tag); end $f$;
create event trigger app_ddl on ddl_command_end execute function public.app_ddl();
