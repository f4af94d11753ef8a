-- Refuses every database but the one that the plan names.
do $database$
declare
  database_found text := current_database();
  database_guarded text := current_setting('one_roof.guarded_database');
begin
  if database_found <> database_guarded then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      database_found, database_guarded, database_found, database_guarded;
  end if;
end $database$;
