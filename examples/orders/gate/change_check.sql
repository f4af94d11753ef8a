-- Reads one change request and says whether it approves this release. An invalid code is an answer, not an error.
\ir ../runner/open_reader.sql
select json_build_object('code', :'ratified_apr', 'valid', reason = '', 'reason', reason) as proof
from (select case
    when length(:'ratified_apr') > :'approval_code_length'::int or :'ratified_apr' !~ :'approval_code_pattern'
      then 'this is not the form of a change request''s code'
    when not exists (select from public.change_requests where code = :'ratified_apr') then 'no change request has this code'
    when not exists (select from public.change_requests where code = :'ratified_apr' and status = 'approved' and kind = :'expected_kind')
      then 'this change is not approved, or of another kind'
    when not exists (select from public.change_signatures where code = :'ratified_apr') then 'this change is not signed'
    else '' end as reason) v \gset
\ir ../runner/close_reader.sql
select 'change_check ' || replace(:'proof', E'\n', ' ');
