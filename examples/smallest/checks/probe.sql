-- Counters to compare at entry, in the middle and at exit.
\ir ../runner/open_reader.sql
select json_build_object('requests', (select count(*) from public.release_requests)) as proof \gset
\ir ../runner/close_reader.sql
select 'probe ' || :'proof';
