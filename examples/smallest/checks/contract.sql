-- What others read, as the outside reader: each can be read in full.
\ir ../runner/open_reader.sql
select json_build_object('greetings', (select count(g) from public.greetings g)) as proof \gset
\ir ../runner/close_reader.sql
select 'contract ' || :'proof';
