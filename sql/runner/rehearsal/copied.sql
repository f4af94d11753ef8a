-- Refuses a copy that is not complete.
select set_config('one_roof.copied', :'copied', false) as copied_set \gset
do $copied$
begin
  if current_setting('one_roof.copied') <> '' then
    raise exception 'REFUSING: the copy of production is not complete (%), expected the whole copy; '
      'production is unchanged, look at the database log',
      replace(current_setting('one_roof.copied'), E'\n', ' ');
  end if;
end $copied$;
