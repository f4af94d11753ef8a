-- Reads one approval request and says whether it ratifies this release. Read-only; an invalid code is an answer, not an error.
\ir ../runner/open_reader.sql
select json_build_object('code', :'ratified_apr', 'found', r.n, 'status', r.status, 'request_type', r.request_type, 'action', r.action,
    'valid', v.reason = '', 'reason', v.reason) as proof
from (select count(*) as n, min(status::text) as status, min(request_type::text) as request_type, min(action::text) as action
      from public.approval_requests where code = :'ratified_apr') r
cross join lateral (select case
    when :'ratified_apr' = '' then 'no code was given'
    when length(:'ratified_apr') > :'approval_code_length'::int or :'ratified_apr' !~ :'approval_code_pattern'
      then 'this is not the form of an approval request''s code'
    when r.n = 0 then 'no approval request has this code'
    when r.n > 1 then format('%s approval requests have this code', r.n)
    when r.status is null or r.status not in ('approved', 'applied')
      then format('status is %s, expected approved or applied', coalesce(r.status, 'empty'))
    when r.request_type is distinct from :'expected_request_type'
      then format('request type is %s, expected %s', coalesce(r.request_type, 'empty'), :'expected_request_type')
    when r.action is distinct from :'expected_action'
      then format('action is %s, expected %s', coalesce(r.action, 'empty'), :'expected_action')
    else '' end as reason) v \gset
\ir ../runner/close_reader.sql
select 'apr_check ' || replace(:'proof', E'\n', ' ');
