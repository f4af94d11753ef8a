-- Tier 0, preflight: reads every condition of the release and refuses with all that is wrong. Writes nothing.
\ir ../runner/open_reader.sql
\ir ../gate/measure.sql
\ir approval.sql
do $preflight$
declare
  orders text := coalesce(nullif(current_setting('one_roof.m_orders'), ''), 'unreadable');
  lower_case text := coalesce(nullif(current_setting('one_roof.m_lower_case'), ''), 'unreadable');
  mail text := coalesce(nullif(current_setting('one_roof.m_mail'), ''), 'unreadable');
  present text := current_setting('one_roof.m_present');
  wrong text[] := '{}';
begin
  if orders in ('unreadable', '0') then
    wrong := wrong || format('orders=%s, expected at least 1; find out where they are', orders);
  end if;
  if lower_case <> current_setting('one_roof.expected_corrections') then
    wrong := wrong || format('lower_case=%s, expected %s; look at the orders that changed, then plan and approve anew',
      lower_case, current_setting('one_roof.expected_corrections'));
  end if;
  if mail <> '0' then
    wrong := wrong || format('%s mails wait to be sent, expected 0; start the sender', mail);
  end if;
  if present <> '' then
    wrong := wrong || format('objects of this release are present (%s), expected none; %s', present,
      current_setting('one_roof.stamps')::json ->> 'told');
  end if;
  if cardinality(wrong) > 0 then
    raise exception 'REFUSING: %', array_to_string(wrong, E'\nREFUSING: ');
  end if;
end $preflight$;
select format('preflight orders=%s lower_case=%s days=absent', current_setting('one_roof.m_orders'),
  current_setting('one_roof.m_lower_case')) as proof \gset
\ir ../runner/close_reader.sql
select :'proof';
