-- Between two parts of a trial: it still cannot commit, and what waited for the end of the part before has been done.
do $part$
declare
  deferred text;
begin
  if not exists (select from pg_cursors where name = 'one_roof_never_commits' and is_holdable) then
    raise exception 'REFUSING: the cursor that keeps a trial from committing is gone, expected it from beginning to end; look for CLOSE';
  end if;
  if clock_timestamp() > current_setting('one_roof.trial_deadline')::timestamptz then
    raise exception 'REFUSING: the trial has held its locks for 10 s, expected a tenth of that; the application waits, try again later';
  end if;
  select string_agg(format('%I.%I', n.nspname, k.conname), ', ') into deferred
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace where k.condeferred;
  if deferred is not null then
    execute 'set constraints ' || deferred || ' deferred'; -- a part has made all of them immediate, as its COMMIT would
  end if;
end $part$;
select set_config('one_roof.trial_parts', (current_setting('one_roof.trial_parts')::jsonb
    || jsonb_build_object(:'trial_part', extract(epoch from clock_timestamp())))::text, true) as trial_parts \gset
