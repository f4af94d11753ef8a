-- Gate: whether the release may start. It measures, writes nothing, and never fails for what it finds.
\ir ../runner/open_trusted.sql
\ir ../runner/foresight.sql
\ir measure.sql
select case when blockers = '' then 'READY' else 'BLOCKED' end as gate_status, blockers, conditions,
  array_to_json(string_to_array(present, ' '))::text as objects,
  format('orders=%s days=%s', orders, case when present = '' then 'absent' else 'present' end) as baseline
from (select current_setting('one_roof.m_signatures') as signatures, current_setting('one_roof.m_orders') as orders,
        current_setting('one_roof.m_lower_case') as lower_case, current_setting('one_roof.m_mail') as mail,
        current_setting('one_roof.m_present') as present, current_setting('one_roof.stamps')::json as found) m
cross join lateral (
  select coalesce(string_agg(blocker, '' order by nr) filter (where not ok and verdict), '') as blockers,
    json_agg(json_build_object('id', id, 'meaning', meaning, 'required', required, 'measured', nullif(measured, ''), 'ok', ok,
      'blocker', case when ok then '' else blocker end, 'remedy', remedy, 'explanation', explanation,
      'headline', headline, 'verdict', verdict) order by nr)::text as conditions
  from (values -- in the order of rows and blockers
    (1, 'database', true, false, current_database() = :'guarded_database', current_database()::text, :'guarded_database',
      'other_database;', 'The database that was read', 'This is another database. Connect to the right one.', ''),
    (2, 'signatures', true, true, coalesce(nullif(signatures, '')::bigint >= 1, false), signatures, 'at least 1',
      'unsigned;', 'Signatures on approved changes of this kind',
      'Nobody has signed yet. Wait for the signature; never add one by hand.', ''),
    (3, 'orders', true, false, coalesce(nullif(orders, '')::bigint >= 1, false), orders, 'at least 1',
      'no_orders;', 'Orders in the shop', 'There are no orders, so this is hardly the shop. Find out where they are.', ''),
    (4, 'lower_case', true, true, lower_case = :'expected_corrections', lower_case, :'expected_corrections',
      'lower_case;', 'Orders whose currency is written in small letters',
      'Orders were corrected or added since the change was planned. Look at them, then plan and approve anew.', ''),
    (5, 'days', true, false, present = '', case when present = '' then 'absent' else 'present' end, 'absent',
      'days_present;', 'Objects of this release',
      case when found ->> 'state' = 'released' then 'This release is complete, sealed and in use. There is nothing to release.'
        when found ->> 'run' <> '' then 'A run began here and did not end. Roll it back; drop nothing.'
        else 'Objects that carry no stamp are in the way. Ask whose they are; drop nothing.' end,
      format('Present (%s): %s.', found ->> 'told', replace(present, ' ', ', '))),
    (6, 'mail', false, false, mail = '0', mail, 'none',
      'mail_waits;', 'Mail that waits to be sent', 'The mail sender stands still. Start it, and wait until it is done.', '')
  ) as c(nr, id, verdict, headline, ok, measured, required, blocker, meaning, remedy, explanation)
) judged \gset
select json_build_object('status', :'gate_status', 'blockers', :'blockers',
  'clock', floor(extract(epoch from clock_timestamp()) * 1000)::bigint, 'server', current_setting('server_version_num')::int,
  'objects', :'objects'::json, 'baseline', :'baseline', 'conditions', :'conditions'::json,
  'findings', :'findings'::json, 'notes', :'notes'::json) as proof \gset
\ir ../runner/close_reader.sql
select 'shop_ready ' || replace(:'proof', E'\n', ' ');
