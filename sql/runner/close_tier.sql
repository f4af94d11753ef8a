-- Closes a script that writes: proves that no rows were written beyond its plan, then commits. What waits for COMMIT acts before, so
-- that it is seen. The script has read its figures before: behind COMMIT nothing of the application is locked, and so none is read.
\set QUIET on \timing off
set constraints all immediate;
do $written$
declare
  planned text[] := string_to_array(current_setting('one_roof.planned'), ',');
  before json := current_setting('one_roof.written_before');
  undoing boolean := current_setting('one_roof.undo_released', true) is not null;
  unplanned text;
begin
  if current_setting('track_counts') <> 'on' then
    raise exception 'REFUSING: track_counts is off, expected on; without it nobody can prove what this transaction wrote';
  end if;
  select string_agg(format('%s.%s (%s rows) %s', schemaname, relname, ins + upd + del, wrong), ', ' order by schemaname, relname)
  into unplanned
  from pg_stat_xact_user_tables cross join lateral (
    select n_tup_ins - coalesce((before -> relid::text ->> 0)::bigint, 0), n_tup_upd - coalesce((before -> relid::text ->> 1)::bigint, 0),
      n_tup_del - coalesce((before -> relid::text ->> 2)::bigint, 0)) w(ins, upd, del)
  cross join lateral (select case -- a rollback proves the rows that release.json says are written, so no other may be
    when schemaname <> 'public' or relname <> all (planned)
      then format('beyond the planned relations (%s)', coalesce(nullif(array_to_string(planned, ' '), ''), 'none'))
    when relname <> all (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.existing_written'), ' '))
      then 'that release.json neither creates nor names as written'
    when (upd > 0 or del > 0 and not undoing) and relname = any (string_to_array(current_setting('one_roof.existing_inserted'), ' '))
      then 'and changed some, where release.json only inserts' end) v(wrong)
  where ins + upd + del > 0 and wrong is not null;
  if unplanned is not null then
    raise exception 'REFUSING: this transaction wrote to %; look for a trigger that does this, or mend the plan; nothing was kept',
      unplanned;
  end if;
end $written$;
commit;
