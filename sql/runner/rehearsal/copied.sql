-- Refuses a copy that is not complete.
select set_config('one_roof.copied', :'copied', false) as copied_set \gset
do $copied$
begin
  if current_setting('one_roof.copied') <> '' then
    raise exception 'REFUSING: the copy of production is not complete (%), expected the whole copy; production is unchanged. '
      'What names something without its schema, or checks other tables, cannot be restored, from a backup either: mend its '
      'definition; else look at the database log',
      replace(current_setting('one_roof.copied'), E'\n', ' ');
  end if;
end $copied$;
