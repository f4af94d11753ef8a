-- Refuses a tier that nobody approved: request and signature are looked up again in each of them.
do $approval$
declare
  apr text := current_setting('one_roof.ratified_apr');
  signatures bigint;
  requests bigint;
begin
  if length(apr) > current_setting('one_roof.approval_code_length')::int or apr !~ current_setting('one_roof.approval_code_pattern') then
    raise exception 'REFUSING: ratified_apr % is not the code of a change request, expected a form such as %; pass -v ratified_apr=<code>',
      quote_literal(left(apr, 80)), current_setting('one_roof.approval_code_example');
  end if;
  select count(*) into requests from public.change_requests
  where code = apr and status = 'approved' and kind = current_setting('one_roof.expected_kind');
  if requests <> 1 then
    raise exception 'REFUSING: % approved requests % of this kind, expected 1; wait for the approval', requests, apr;
  end if;
  select count(*) into signatures from public.change_signatures where code = apr;
  if signatures < 1 then
    raise exception 'REFUSING: % signatures under %, expected at least 1; wait for the signature', signatures, apr;
  end if;
end $approval$;
