-- Refuses a tier whose objects are not all there, or not all stamped by this run and unsealed. By hand, without a run id,
-- it goes on with the run that the first tier of the same hand began.
\ir stamps.sql
do $stamp$
declare
  run text := current_setting('one_roof.run_id');
  expected integer := current_setting('one_roof.expected_objects')::integer;
  found json := current_setting('one_roof.stamps');
begin
  if run = '' then
    if (found ->> 'runs')::integer = 1 and found ->> 'run' like 'hand-%' then
      run := found ->> 'run';
      perform set_config('one_roof.run_id', run, false);
    else
      raise exception 'REFUSING: no run_id was given and the release objects (% of %) carry % run ids (%), expected one run begun '
        'by hand; run tier 1 first or pass -v run_id=<id>',
        found ->> 'objects', expected, found ->> 'runs', coalesce(found ->> 'run', 'none');
    end if;
  end if;
  if (found ->> 'released')::integer > 0 then
    raise exception 'REFUSING: % of % release objects are sealed as released (run %), expected none; this release is finished, '
      'there is nothing to apply', found ->> 'released', found ->> 'objects', found ->> 'run';
  end if;
  if (found ->> 'objects')::integer <> expected or (found ->> 'own_applying')::integer <> expected then
    raise exception 'REFUSING: % release objects present, % of them with the stamp of run % in state applying, expected %; % carry '
      'no stamp; roll back, take the baseline again, then start with tier 0',
      found ->> 'objects', found ->> 'own_applying', run, expected, found ->> 'strangers';
  end if;
end $stamp$;
