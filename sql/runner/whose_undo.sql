-- What a full rollback comes to, in one_roof.outcome: nothing_to_undo, already_released, or empty where there is work to do.
-- Refuses objects of this release's names that carry no stamp, or the stamps of several runs.
select set_config('one_roof.outcome', '', false) as outcome \gset
do $whose$
declare
  run text := current_setting('one_roof.run_id');
  found json := current_setting('one_roof.stamps');
begin
  if run = '' and (found ->> 'runs')::integer > 1 then
    raise exception 'REFUSING: objects of % runs found, expected one; pass -v run_id=<id> of the run to undo', found ->> 'runs';
  elsif run = '' and (found ->> 'found')::integer > 0 then
    raise exception 'REFUSING: % objects with names of this release but without its stamp (%), expected none; they are not ours and '
      'stay, ask their owner', found ->> 'found', found ->> 'not_own';
  end if;
  if (found ->> 'own')::integer = 0 then
    perform set_config('one_roof.outcome', 'nothing_to_undo', false);
  elsif (found ->> 'own_released')::integer > 0 and current_setting('one_roof.undo_released') <> run then
    perform set_config('one_roof.outcome', 'already_released', false);
  elsif found ->> 'not_own' is not null then
    raise exception 'REFUSING: objects of this release''s names that are not run %''s: %, expected none; they are not ours and stay, '
      'ask their owner', run, found ->> 'not_own';
  end if;
end $whose$;
