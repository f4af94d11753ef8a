-- expect 0 evt_trigger_guard_ddl sends notifications
-- An event trigger of the plan tells a web API to read the catalogue again, as PostgREST is told: by NOTIFY at each COMMIT.
create or replace function public.fn_trigger_guard_ddl() returns event_trigger language plpgsql as $f$
begin notify pgrst, 'reload schema'; end $f$;
