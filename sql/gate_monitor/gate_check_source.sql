-- Gate check: measures the seed's eight conditions, read-only, and never aborts. Prints one detail row, the verdict row, and
-- one line for machines.
-- `npm run update` writes gate_check.sql from this file: one self-contained text, which the runbook pipes into psql.
\ir ../runner/session.sql
begin transaction isolation level repeatable read read only;
\ir measure.sql
select current_database() = :'guarded_database' as database_ok, m.*,
  concat(case when current_database() <> :'guarded_database' then 'db<>directus;' end,
         case when coalesce(ospa < 1, true) then 'ospa<1;' end,
         case when gap is distinct from :expected_gap and (gap is not null or missing = '') then 'gap<>' || :expected_gap || ';' end,
         case when own is distinct from 0 then 'own<>0;' end,
         case when conflict is distinct from 0 and (conflict is not null or missing = '') then 'conflict<>0;' end,
         case when emit is distinct from 0 then 'emit<>0;' end,
         case when present <> '' then 'axis_present;' end,
         case when missing <> '' then 'prereq_missing;' end) as blockers
from (select nullif(current_setting('one_roof.m_ospa'), '')::bigint as ospa, nullif(current_setting('one_roof.m_own'), '')::bigint as own,
        nullif(current_setting('one_roof.m_gap'), '')::bigint as gap,
        nullif(current_setting('one_roof.m_conflict'), '')::bigint as conflict,
        nullif(current_setting('one_roof.m_emit'), '')::bigint as emit,
        nullif(current_setting('one_roof.m_event_types'), '')::bigint as event_types,
        nullif(current_setting('one_roof.m_orphans'), '')::bigint as orphans, current_setting('one_roof.m_missing') as missing,
        current_setting('one_roof.m_present') as present, current_setting('one_roof.moved') as moved) m \gset
\if :{?ospa} \else \set ospa '' \endif
\if :{?own} \else \set own '' \endif
\if :{?gap} \else \set gap '' \endif
\if :{?conflict} \else \set conflict '' \endif
\if :{?emit} \else \set emit '' \endif
\if :{?event_types} \else \set event_types '' \endif
\if :{?orphans} \else \set orphans '' \endif
select case when :'blockers' = '' then 'READY' else 'BLOCKED' end as gate_status,
  array_to_json(string_to_array(nullif(:'missing', ''), ' ')) as missing_list,
  array_to_json(string_to_array(nullif(:'present', ''), ' ')) as present_list \gset
\if :{?missing_list} \else \set missing_list '[]' \endif
\if :{?present_list} \else \set present_list '[]' \endif
select json_build_object('status', :'gate_status', 'blockers', :'blockers', 'database', current_database(),
  'ospa', nullif(:'ospa', '')::bigint, 'gap', nullif(:'gap', '')::bigint, 'ownership', nullif(:'own', '')::bigint,
  'conflict', nullif(:'conflict', '')::bigint,
  'emit', nullif(:'emit', '')::bigint, 'axis', case when :'present' = '' then 'absent' else 'present' end,
  'prereqs', case when :'missing' = '' then 'present' else 'missing' end,
  'clock', floor(extract(epoch from clock_timestamp()) * 1000)::bigint,
  'active_event_types', nullif(:'event_types', '')::bigint, 'label_orphans', nullif(:'orphans', '')::bigint,
  'missing_prereqs', :'missing_list'::json, 'present_objects', :'present_list'::json, 'explanation', :'moved') as proof \gset
\ir ../runner/close_reader.sql
select 'database' as a, 'ospa' as b, 'ownership' as c, 'gap' as d, 'conflict' as e, 'gov_outbox' as f, 'axis' as g, 'prereqs' as h
union all select current_database(), :'ospa', :'own', :'gap', :'conflict', :'emit',
  case when :'present' = '' then 'absent' else 'present' end,
  case when :'missing' = '' then 'present' else 'missing: ' || :'missing' end;
select 'gate_status' as a, 'blockers' as b, 'ospa' as c, 'resp_gap' as d, 'resp_ownership' as e
union all select :'gate_status', :'blockers', :'ospa', :'gap', :'own';
select 'gate ' || replace(:'proof', E'\n', ' ');
