-- Reads one request and says whether it approves this release. An invalid code is an answer, not an error.
\ir ../runner/open_reader.sql
select json_build_object('valid', n = 1, 'reason', case n when 1 then '' else 'no approved and signed request has this code' end) as proof
from (select count(*) as n from public.release_requests where code = :'ratified_apr' and approved and signed_at is not null) r \gset
\ir ../runner/close_reader.sql
select 'request_check ' || :'proof';
