-- Closes a script that writes: proves that no rows were written beyond its plan, then commits. What waits for COMMIT acts before, so
-- that it is seen. The script has read its figures before: behind COMMIT nothing of the application is locked, and so none is read.
set constraints all immediate;
do $written$
declare
  planned text := current_setting('one_roof.planned');
  before json := current_setting('one_roof.written_before');
  unplanned text;
begin
  if current_setting('track_counts') <> 'on' then
    raise exception 'REFUSING: track_counts is off, expected on; without it nobody can prove what this transaction wrote';
  end if;
  select string_agg(format('%s.%s (%s rows)', schemaname, relname, written), ', ' order by schemaname, relname) into unplanned
  from pg_stat_xact_user_tables cross join lateral (
    select n_tup_ins + n_tup_upd + n_tup_del - coalesce((before ->> relid::text)::bigint, 0)) w(written)
  where written > 0
    and not (schemaname = 'public' and relname = any (string_to_array(planned, ',')));
  if unplanned is not null then
    raise exception
      'REFUSING: this transaction wrote to % beyond the planned relations (%); look for a trigger that does this, nothing was kept',
      unplanned, coalesce(nullif(replace(planned, ',', ' '), ''), 'none');
  end if;
end $written$;
commit;
