-- Refuses a run id that is none: objects would be stamped with it, backends are ended by it. An undo may find no run.
do $run$
declare
  run text := current_setting('one_roof.run_id');
begin
  if run !~ '^([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z)$' and (run <> '' or current_setting('one_roof.undo_released', true) is null) then
    raise exception 'REFUSING: run_id %, expected 12 hexadecimal digits or hand-<UTC>; pass the id of the run', quote_literal(run);
  end if;
end $run$;
