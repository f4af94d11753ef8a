-- Gate: whether the release may start. It measures, writes nothing, and never fails for what it finds.
\ir ../runner/open_trusted.sql
\ir ../runner/foresight.sql
\ir ../runner/stamps.sql
do $measure$
declare
  signed text := '';
begin -- nothing is read where reading would run a stranger's code
  if current_setting('one_roof.untrusted') = '[]' then
    execute 'select count(*) from public.release_requests where approved and signed_at is not null' into signed;
  end if;
  perform set_config('one_roof.signed', signed, false);
end $measure$;
select case when blockers = '' then 'READY' else 'BLOCKED' end as gate_status, blockers, conditions,
  array_to_json(string_to_array(present, ' '))::text as objects,
  format('greetings=%s', case when present = '' then 'absent' else 'present' end) as baseline
from (select current_setting('one_roof.signed') as signed, current_setting('one_roof.stamps')::json ->> 'present' as present,
        current_setting('one_roof.stamps')::json ->> 'told' as told) m
cross join lateral (
  select coalesce(string_agg(blocker, '' order by nr) filter (where not ok), '') as blockers,
    json_agg(json_build_object('id', id, 'meaning', meaning, 'required', required, 'measured', nullif(measured, ''), 'ok', ok,
      'blocker', case when ok then '' else blocker end, 'remedy', remedy, 'explanation', '', 'headline', headline, 'verdict', true)
      order by nr)::text as conditions
  from (values
    (1, 'database', false, current_database() = :'guarded_database', current_database()::text, :'guarded_database',
      'other_database;', 'The database that was read', 'This is another database. Connect to the right one.'),
    (2, 'signed', true, coalesce(nullif(signed, '')::bigint >= 1, false), signed, 'at least 1',
      'unsigned;', 'Approved requests with a signature', 'Wait for the signature; never add one by hand.'),
    (3, 'greetings', true, present = '', case when present = '' then 'absent' else 'present' end, 'absent',
      'greetings_present;', 'Objects of this release', told)
  ) as c(nr, id, headline, ok, measured, required, blocker, meaning, remedy)
) judged \gset
select json_build_object('status', :'gate_status', 'blockers', :'blockers',
  'clock', floor(extract(epoch from clock_timestamp()) * 1000)::bigint, 'server', current_setting('server_version_num')::int,
  'objects', :'objects'::json, 'baseline', :'baseline', 'conditions', :'conditions'::json,
  'findings', :'findings'::json, 'notes', :'notes'::json) as proof \gset
\ir ../runner/close_reader.sql
select 'gate ' || replace(:'proof', E'\n', ' ');
