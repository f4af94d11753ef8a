-- Refuses objects with names of this release.
do $absent$
declare
  present text := current_setting('one_roof.stamps')::json ->> 'present';
begin
  if present <> '' then
    raise exception 'REFUSING: objects of this release are present (%), expected none; %', present,
      current_setting('one_roof.stamps')::json ->> 'told';
  end if;
end $absent$;
