-- Closes a trial: looks once more whether it could have committed, gives everything back, and says what was found.
\set trial_part end
\ir part.sql
select coalesce(json_agg(json_build_object('relation', relation, 'mode', mode) order by relation), '[]')::text as trial_locks
from (
  select distinct on (c.oid) c.relname as relation, l.mode
  from pg_locks l join pg_class c on c.oid = l.relation
  where l.pid = pg_backend_pid() and l.granted and c.relnamespace = 'public'::regnamespace
    and c.relname = any (string_to_array(regexp_replace(current_setting('one_roof.existing'), '=[^,]*', '', 'g'), ','))
  order by c.oid, array_position(array['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
    'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode)
) strongest \gset
select current_setting('one_roof.trial_parts') as trial_parts \gset
rollback;
\set trial_lines ''
\if :{?one_roof_trial_of}
\o
\set trial_lines `cat trial.out`
\endif
select set_config('one_roof.trial', json_build_object('status', pg_xact_status(:'trial_xid'::xid8), 'lines', :'trial_lines',
  'proofs', :'trial_proofs', 'before', :'trial_before'::json, 'after', :'trial_after'::json)::text, false) as trial \gset
do $trial$
declare
  trial json := current_setting('one_roof.trial')::json;
  proof text;
  proofs text[] := case trial ->> 'lines' when '' then '{}' else string_to_array(trim(E'\n' from trial ->> 'proofs'), E'\n') end;
  changed text;
begin
  if trial ->> 'status' is distinct from 'aborted' then
    raise exception 'REFUSING: the transaction of the trial is %, expected aborted; stop everything and find out what it left',
      trial ->> 'status';
  end if;
  select string_agg(key, ', ') into changed from json_each_text(trial -> 'before') b join json_each_text(trial -> 'after') a using (key)
  where a.value is distinct from b.value and key <> 'snapshot';
  if changed is not null then
    raise exception 'REFUSING: after release and undo % would be other than before, expected everything as it was; '
      'find out what changes it', changed;
  end if;
  foreach proof in array proofs loop -- by hand a person sees them
    if trial ->> 'lines' !~ ('(?n)' || proof) then
      raise exception 'REFUSING: nothing that the trial printed matches %, expected the proof of each script; '
        'run 98_trial.sql by hand', proof;
    end if;
  end loop;
end $trial$;
select 'trial ' || json_build_object(
  'locks', :'trial_locks'::json,
  'milliseconds', round(extract(epoch from clock_timestamp() - :'trial_locked'::timestamptz) * 1000),
  'parts', (select json_agg(json_build_object('script', part, 'milliseconds', round((next - began) * 1000)) order by began)
    from (select key as part, value::numeric as began, lead(value::numeric) over (order by value::numeric) as next
      from json_each_text(:'trial_parts'::json)) p where next is not null));
