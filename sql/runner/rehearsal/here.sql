do $here$
begin
  if current_database() <> current_setting('one_roof.clone') then
    raise exception 'REFUSING: connected to %, expected the clone %; nothing was done',
      current_database(), current_setting('one_roof.clone');
  end if;
end $here$;
