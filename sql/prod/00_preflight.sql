-- Tier 0, preflight: reads every condition of the release and refuses with all that is wrong. Writes nothing.
\ir ../runner/open_reader.sql
\ir ../gate_monitor/measure.sql
do $preflight$
declare
  apr text := current_setting('one_roof.ratified_apr');
  ospa text := current_setting('one_roof.m_ospa');
  gap text := coalesce(nullif(current_setting('one_roof.m_gap'), ''), 'unreadable');
  own text := coalesce(nullif(current_setting('one_roof.m_own'), ''), 'unreadable');
  conflict text := coalesce(nullif(current_setting('one_roof.m_conflict'), ''), 'unreadable');
  emit text := coalesce(nullif(current_setting('one_roof.m_emit'), ''), 'unreadable');
  event_types text := coalesce(nullif(current_setting('one_roof.m_event_types'), ''), 'unreadable');
  orphans text := coalesce(nullif(current_setting('one_roof.m_orphans'), ''), 'unreadable');
  missing text := current_setting('one_roof.m_missing');
  present text := current_setting('one_roof.m_present');
  code_pattern text := current_setting('one_roof.approval_code_pattern');
  code_length int := current_setting('one_roof.approval_code_length')::int;
  expected_gap text := current_setting('one_roof.expected_gap');
  expected_type text := current_setting('one_roof.expected_request_type');
  expected_action text := current_setting('one_roof.expected_action');
  request record;
  wrong text[] := '{}';
  matches bigint;
begin
  if ospa = '' then
    wrong := wrong || 'os_proposal_approvals cannot be read, expected a table with at least 1 row; restore the table'::text;
  elsif ospa::bigint < 1 then
    wrong := wrong || format('ratification gate not met (os_proposal_approvals=%s, expected at least 1); wait for the signature, '
      'do not bypass', ospa);
  end if;
  if apr = '' then
    wrong := wrong || ('ratified_apr is missing or empty, expected the code of the ratified approval request; '
      'pass -v ratified_apr=<code>')::text;
  elsif length(apr) > code_length or apr !~ code_pattern then
    wrong := wrong || format('ratified_apr %s is not the code of an approval request, expected a form such as %s; '
      'pass the real code', quote_literal(left(apr, 80)), current_setting('one_roof.approval_code_example'));
  elsif to_regclass('public.approval_requests') is null then
    wrong := wrong || 'approval_requests cannot be read, expected the table of approval requests; restore it'::text;
  else
    select count(*) into matches from public.approval_requests where code = apr;
    select status::text, request_type::text, action::text into request from public.approval_requests where code = apr;
    if matches <> 1 then
      wrong := wrong || format('approval request %s found %s times, expected 1; pass the code of the ratified request', apr, matches);
    elsif request.status is null or request.status not in ('approved', 'applied') then
      wrong := wrong || format('approval request %s has status %s, expected approved or applied; wait for its ratification',
        apr, request.status);
    elsif request.request_type is distinct from expected_type or request.action is distinct from expected_action then
      wrong := wrong || format('approval request %s is of type %s with action %s, expected %s with %s; it does not ratify this release',
        apr, request.request_type, request.action, expected_type, expected_action);
    end if;
  end if;
  if missing <> '' then
    wrong := wrong || format('prerequisite views missing (%s), expected all five; restore them first', missing);
  elsif gap <> expected_gap then
    wrong := wrong || format('gap %s = %s, expected gap %s; find out why it moved, do not change the expectation by hand',
      gap, current_setting('one_roof.moved'), expected_gap);
  end if;
  if own <> '0' then
    wrong := wrong || format('governance_object_ownership has %s rows, expected 0; somebody owns something already, ask who', own);
  end if;
  if conflict <> '0' and missing = '' then
    wrong := wrong || format('v_object_owner_conflict has %s rows, expected 0; resolve the conflict first', conflict);
  end if;
  if emit <> '0' then
    wrong := wrong || format('event_outbox holds %s governance events, expected 0; find their sender first', emit);
  end if;
  if event_types <> '0' then
    wrong := wrong || format('%s governance event types are active, expected 0; deactivate them, emission is a later step', event_types);
  end if;
  if orphans <> '0' then
    wrong := wrong || format('%s label codes in entity_labels are absent from taxonomy, expected 0; mend the labels first', orphans);
  end if;
  if present <> '' then
    wrong := wrong || format('axis substrate already present (%s objects: %s), expected none; %s',
      cardinality(string_to_array(present, ' ')), present, current_setting('one_roof.stamps')::json ->> 'told');
  end if;
  if cardinality(wrong) > 0 then
    raise exception 'REFUSING: %', array_to_string(wrong, E'\nREFUSING: ');
  end if;
end $preflight$;
select format('Preflight PASS: ospa=%s gap=%s own=%s conflict=%s emit=%s axis=%s prereqs=%s',
  current_setting('one_roof.m_ospa'), current_setting('one_roof.m_gap'), current_setting('one_roof.m_own'),
  current_setting('one_roof.m_conflict'), current_setting('one_roof.m_emit'),
  case when current_setting('one_roof.m_present') = '' then 'absent' else 'present' end,
  case when current_setting('one_roof.m_missing') = '' then 'present' else 'missing' end) as proof \gset
\ir ../runner/close_reader.sql
select :'proof';
