-- Refuses to go on where code of a stranger would run with our rights; what untrusted_code found is in one_roof.untrusted.
do $trust$
declare
  found json := current_setting('one_roof.untrusted')::json;
  named text;
begin
  if json_array_length(found) > 0 then
    select string_agg(value, '; ') into named from json_array_elements_text(found);
    raise exception 'REFUSING: untrusted_code, % would run with the rights of this release, expected code of superusers alone; '
      'give it to a superuser who has read it, or take it away', named;
  end if;
end $trust$;
