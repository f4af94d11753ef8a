-- Refuses a rehearsal that could fill the disk of production: three times the size of the database must be free.
\ir settings.sql
select current_setting('data_directory') as data_directory, pg_database_size(:'production') as bytes \gset
\setenv ONE_ROOF_DATA :data_directory
\set free_kilobytes `df -Pk -- "$ONE_ROOF_DATA" 2>/dev/null | awk 'NR == 2 { print $4 }'`
select set_config('one_roof.bytes', :'bytes', false) as bytes_set, set_config('one_roof.free', :'free_kilobytes', false) as free_set \gset
do $disk$
declare
  needed bigint := 3 * current_setting('one_roof.bytes')::bigint;
begin
  if current_setting('one_roof.free') !~ '^[0-9]{1,15}$' then
    raise exception 'REFUSING: the free space at the data directory cannot be read, expected a number of kilobytes from df; '
      'run where the server''s disk is visible';
  end if;
  if current_setting('one_roof.free')::bigint * 1024 < needed then
    raise exception 'REFUSING: % bytes are free at the data directory, expected % (three times the database); free some space first',
      current_setting('one_roof.free')::bigint * 1024, needed;
  end if;
end $disk$;
select format('rehearsal_disk bytes=%s free=%s', :'bytes', :'free_kilobytes'::bigint * 1024);
