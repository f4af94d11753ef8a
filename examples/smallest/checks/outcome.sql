-- The end state, read by the outside reader: each value is compared with what was expected.
\ir ../runner/open_reader.sql
select json_build_array(json_build_object('metric', 'greetings', 'value', (select count(*) from public.greetings)::text, 'expected', '1'))
  as proof \gset
\ir ../runner/close_reader.sql
select 'outcome ' || :'proof';
