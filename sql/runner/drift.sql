-- What the release made and wrote, read-only: of each object a digest per aspect, of each row that it wrote a digest by the row's key.
-- Read behind the seal, and once a day to be compared with that. The snapshot of the seal is then `entry_snapshot`. The longest line
-- that a proof may be is 20,000 characters: what has no room is named by its sum alone.
\ir open_reader.sql
\if :{?entry_snapshot} \else \set entry_snapshot '' \endif
\set run_id ''
select set_config('one_roof.run_id', '', false) as run_id, set_config('one_roof.sealed_snapshot', :'entry_snapshot', true) as sealed \gset
\ir stamps.sql
set local search_path = pg_catalog; -- definitions print every other schema in full
\ir drift/objects.sql
\ir drift/rows.sql
\ir drift/later.sql
select json_build_object('run', :'stamps'::json ->> 'run', 'runs', :'stamps'::json -> 'runs', 'state', :'stamps'::json ->> 'state',
  'server', current_setting('server_version'), 'snapshot', pg_current_snapshot()::text, 'later', :'later'::json,
  'digest', :'drift_digest', 'objects', :'drift_objects'::json, 'rows', :'drift_rows'::json) as proof \gset
\ir close_reader.sql
select 'drift ' || :'proof';
