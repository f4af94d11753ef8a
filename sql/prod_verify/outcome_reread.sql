-- Independent re-read, to be run as the outside reader (context_pack_readonly): the twelve values, read and not judged.
\ir ../runner/open_reader.sql
\set outcome_places '1 2 3 4 5 6 7 8 9 10 11 12'
\ir outcome.sql
select '[' || string_agg(json_build_object('metric', metric, 'value', value, 'expected', expected)::text, ', ' order by place)
  || ']' as proof
from json_to_recordset(:'outcome') as t(place integer, metric text, value text, expected text) \gset
\ir ../runner/close_reader.sql
\ir outcome_table.sql
select 'outcome_reread ' || :'proof';
