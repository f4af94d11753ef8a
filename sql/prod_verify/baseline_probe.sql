-- Baseline probe, pure read: the counters to compare at entry, in the middle and at exit.
\ir ../runner/open_reader.sql
select json_build_object(
  'in_scope', json_build_object(
    'ospa', (select count(*) from public.os_proposal_approvals),
    'ownership', (select count(*) from public.governance_object_ownership),
    'gap', (select count(*) from public.v_object_owner_gap),
    'conflict', (select count(*) from public.v_object_owner_conflict),
    'axis_tables', (select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
                      and relname = any (string_to_array(:'release_tables', ' ')))),
  'out_of_scope', json_build_object(
    'gov_outbox', (select count(*) from public.event_outbox where event_domain = 'governance'),
    'event_outbox', (select count(*) from public.event_outbox),
    'active_gov_event_types', (select count(*) from public.event_type_registry where event_domain = 'governance' and active),
    'system_issues', (select count(*) from public.system_issues),
    'approval_requests', (select count(*) from public.approval_requests),
    'apr_approvals', (select count(*) from public.apr_approvals),
    'idle_in_txn', case when pg_has_role('pg_read_all_stats', 'usage') then -- else nobody tells what others do
      (select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%') end,
    'responsibility_scopes', (select count(*) from public.governance_responsibility_scope))) as proof \gset
\ir ../runner/close_reader.sql
select 'baseline_probe ' || :'proof';
