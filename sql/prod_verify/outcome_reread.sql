-- Independent re-read, to be run as the outside reader (context_pack_readonly): the twelve values, read and not judged.
\ir ../runner/open_reader.sql
\set outcome_rows 12
\ir outcome.sql
select '[' || string_agg(json_build_object('metric', metric, 'value', value, 'expected', expected)::text, ', ' order by place)
  || ']' as proof
from json_to_recordset(:'outcome') as t(place integer, metric text, value text, expected text) \gset
\ir ../runner/close_reader.sql
\ir outcome_table.sql
select 'outcome_reread ' || :'proof';
