-- Gate check: measures the seed's eight conditions, read-only, and never aborts. Prints one detail row, the verdict row, and
-- one line for machines.
-- `npm run update` writes gate_check.sql from this file: one self-contained text, which the runbook pipes into psql.
\ir ../runner/open_trusted.sql
\ir ../runner/foresight.sql
\ir measure.sql
select ospa, own, gap, conflict, emit, present, missing, blockers, conditions,
  case when blockers = '' then 'READY' else 'BLOCKED' end as gate_status,
  array_to_json(string_to_array(present, ' '))::text as objects,
  format('ownership=%s gap=%s axis=%s', own, gap, case when present = '' then 'absent' else 'present' end) as baseline
from (select current_setting('one_roof.m_ospa') as ospa, current_setting('one_roof.m_own') as own,
        current_setting('one_roof.m_gap') as gap, current_setting('one_roof.m_conflict') as conflict,
        current_setting('one_roof.m_emit') as emit, current_setting('one_roof.m_event_types') as event_types,
        current_setting('one_roof.m_orphans') as orphans, current_setting('one_roof.m_missing') as missing,
        current_setting('one_roof.m_present') as present, current_setting('one_roof.moved') as moved,
        coalesce(current_setting('one_roof.stamps')::json ->> 'told', '') as told) m
cross join lateral (
  select coalesce(string_agg(blocker, '' order by nr) filter (where not ok and verdict), '') as blockers,
    json_agg(json_build_object('id', id, 'meaning', meaning, 'required', required, 'measured', nullif(measured, ''), 'ok', ok,
      'blocker', case when ok then '' else blocker end, 'remedy', remedy, 'explanation', explanation,
      'headline', headline, 'verdict', verdict) order by nr)::text as conditions
  from (values -- in the order of rows and blockers; the first eight are the verdict
    (1, 'database', true, false, current_database() = :'guarded_database', current_database()::text, :'guarded_database',
      'db<>' || :'guarded_database' || ';', 'The database that was read',
      'This is not the production database. Connect to the right one.', ''),
    (2, 'ospa', true, true, coalesce(nullif(ospa, '')::bigint >= 1, false), ospa, 'at least 1',
      'ospa<1;', 'Human signatures on the ratified proposal',
      'Nobody has signed yet. Wait for the signature; never add one by hand.', ''),
    (3, 'gap', true, true, gap = :'expected_gap', gap, :'expected_gap',
      case when gap <> '' or missing = '' then 'gap<>' || :'expected_gap' || ';' else '' end, 'Cells that still have no accountable owner',
      'A collection, a scope or a group was added or removed. Correct the data, or plan and approve anew.', moved),
    (4, 'ownership', true, false, own = '0', own, 'none',
      'own<>0;', 'Ownership records that exist already', 'Ownership records exist already. Find out who added them.', ''),
    (5, 'conflict', true, false, conflict = '0', conflict, 'none',
      case when conflict <> '' or missing = '' then 'conflict<>0;' else '' end, 'Cells with two accountable owners',
      'One cell has two accountable owners. Correct the ownership records.', ''),
    (6, 'emit', true, false, emit = '0', emit, 'none',
      'emit<>0;', 'Governance events waiting to be sent',
      'Governance events are waiting to be sent. Find out which program made them.', ''),
    (7, 'axis', true, false, present = '', case when present = '' then 'absent' else 'present' end, 'absent',
      'axis_present;', 'Tables and views of this release',
      'Whose they are: ' || told || '.',
      'Release objects, or strangers of the same name, are present: ' || replace(present, ' ', ', ') || '.'),
    (8, 'prereqs', true, false, missing = '', case when missing = '' then 'present' else 'missing' end, 'present',
      'prereq_missing;', 'The five views the release builds on', 'A view that the release builds on is missing. Restore it.',
      'Missing base views: ' || replace(missing, ' ', ', ') || '.'),
    (9, 'event_types', false, false, event_types = '0', event_types, 'none',
      'event_type_active;', 'Governance event types that are active', 'A governance event type is active. Set it inactive.',
      coalesce(nullif(event_types, ''), 'An unreadable number of')
        || ' governance event types are active, expected 0: set them inactive before a release.'),
    (10, 'label_orphans', false, false, orphans = '0', orphans, 'none',
      'label_orphans;', 'Labels that the taxonomy does not know',
      'Labels exist that the taxonomy does not know. Repair one or the other.',
      coalesce(nullif(orphans, ''), 'An unreadable number of')
        || ' labels are not in the taxonomy, expected 0: repair entity_labels or taxonomy.')
  ) as c(nr, id, verdict, headline, ok, measured, required, blocker, meaning, remedy, explanation)
) judged \gset
select (case current_setting('one_roof.m_drafts') when '0' then '[]'::jsonb when '' then '[]'::jsonb else
    jsonb_build_array(format('of the %s signatures that the gate counts, %s are a draft, not agreed to, or not approved', :'ospa',
      current_setting('one_roof.m_drafts'))) end || :'notes'::jsonb)::text as notes \gset
select json_build_object('status', :'gate_status', 'blockers', :'blockers',
  'clock', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
  'server', current_setting('server_version_num')::int,
  'objects', :'objects'::json, 'baseline', :'baseline', 'conditions', :'conditions'::json,
  'findings', :'findings'::json, 'notes', :'notes'::json) as proof \gset
\ir ../runner/close_reader.sql
select 'database' as a, 'ospa' as b, 'ownership' as c, 'gap' as d, 'conflict' as e, 'gov_outbox' as f, 'axis' as g, 'prereqs' as h
union all select current_database(), :'ospa', :'own', :'gap', :'conflict', :'emit',
  case when :'present' = '' then 'absent' else 'present' end,
  case when :'missing' = '' then 'present' else 'missing: ' || :'missing' end;
select 'gate_status' as a, 'blockers' as b, 'ospa' as c, 'resp_gap' as d, 'resp_ownership' as e
union all select :'gate_status', :'blockers', :'ospa', :'gap', :'own';
select format('note: %s, %s', code, explanation) from json_to_recordset(:'findings'::json) as f(code text, explanation text);
select 'note: ' || value from json_array_elements_text(:'notes'::json);
select 'gate ' || replace(:'proof', E'\n', ' ');
