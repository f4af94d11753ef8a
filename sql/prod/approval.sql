-- Refuses a tier that nobody approved: the human signature and the ratified request are looked up again in each of them.
do $approval$
declare
  apr text := current_setting('one_roof.ratified_apr');
  code_pattern text := current_setting('one_roof.approval_code_pattern');
  code_length int := current_setting('one_roof.approval_code_length')::int;
  expected_type text := current_setting('one_roof.expected_request_type');
  expected_action text := current_setting('one_roof.expected_action');
  signatures bigint;
  matches bigint;
  request record;
begin
  if apr = '' then
    raise exception 'REFUSING: ratified_apr is missing or empty, expected the code of the ratified approval request; '
      'pass -v ratified_apr=<code>';
  end if;
  if length(apr) > code_length or apr !~ code_pattern then
    raise exception 'REFUSING: ratified_apr % is not the code of an approval request, expected a form such as %; '
      'pass the real code', quote_literal(left(apr, 80)), current_setting('one_roof.approval_code_example');
  end if;
  select count(*) into signatures from public.os_proposal_approvals;
  if signatures < 1 then
    raise exception 'REFUSING: ratification gate not met (os_proposal_approvals=%, expected at least 1); wait for the signature, '
      'do not bypass', signatures;
  end if;
  select count(*) into matches from public.approval_requests where code = apr;
  if matches <> 1 then
    raise exception 'REFUSING: approval request % found % times, expected 1; pass the code of the ratified request', apr, matches;
  end if;
  select status::text, request_type::text, action::text into request from public.approval_requests where code = apr;
  if request.status is null or request.status not in ('approved', 'applied') then
    raise exception 'REFUSING: approval request % has status %, expected approved or applied; wait for its ratification',
      apr, request.status;
  end if;
  if request.request_type is distinct from expected_type or request.action is distinct from expected_action then
    raise exception 'REFUSING: approval request % is of type % with action %, expected % with %; it does not ratify this release',
      apr, request.request_type, request.action, expected_type, expected_action;
  end if;
end $approval$;
