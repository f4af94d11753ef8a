-- What gate check and preflight judge, each figure by itself, into one_roof.m_<name>: a missing view leaves one figure
-- empty and stops nothing. What moved, where the gap is not the expected one, goes into one_roof.moved.
\set known_collections 'agents workflows workflow_steps modules tasks approval_requests apr_action_types apr_approvals apr_request_types'
\set known_collections :known_collections ' checkpoint_sets checkpoint_types governance_registry governance_relations law_catalog'
\set known_collections :known_collections ' law_dot_enforcement law_jurisdiction measurement_registry normative_registry'
\set known_collections :known_collections ' normative_relations system_issues workflow_change_requests collection_registry dot_tools'
\set known_collections :known_collections ' taxonomy taxonomy_facets dot_domain_rules entity_dependencies entity_species'
\set known_collections :known_collections ' field_type_equivalences iu_staging_payload iu_staging_record meta_catalog pivot_definitions'
\set known_collections :known_collections ' table_registry ui_pages'
\set known_scopes 'policy health execution render approval audit'
select set_config('one_roof.known_collections', :'known_collections', false) as known_collections,
       set_config('one_roof.known_scopes', :'known_scopes', false) as known_scopes \gset
\ir prerequisites.sql
\ir ../runner/stamps.sql
do $measure$
declare
  trusted boolean := current_setting('one_roof.untrusted') = '[]';
  probe record;
  value text;
begin -- nothing is read where reading would run a stranger's code: each figure stays empty, and keeps the gate closed
  perform set_config('one_roof.m_present', current_setting('one_roof.stamps')::json ->> 'present', false);
  perform set_config('one_roof.m_missing', current_setting('one_roof.missing'), false);
  for probe in select * from (values
    ('ospa', 'select count(*) from public.os_proposal_approvals'),
    ('drafts', $q$select count(*) from public.os_proposal_approvals where esignature_agreement is not true or status <> 'approved'$q$),
    ('own', 'select count(*) from public.governance_object_ownership'),
    ('gap', 'select count(*) from public.v_object_owner_gap'),
    ('conflict', 'select count(*) from public.v_object_owner_conflict'),
    ('emit', $q$select count(*) from public.event_outbox where event_domain = 'governance'$q$),
    ('event_types', $q$select count(*) from public.event_type_registry where event_domain = 'governance' and active$q$),
    ('orphans', $q$select count(*) from (select label_code from public.entity_labels group by label_code) l
        where not exists (select from public.taxonomy t where t.code = l.label_code)$q$)
  ) as probes(name, query) loop
    value := '';
    begin
      if trusted then
        execute probe.query into value;
      end if;
    exception when others then
      value := '';
    end;
    perform set_config('one_roof.m_' || probe.name, value, false);
  end loop;
end $measure$;
do $moved$
declare
  inventory bigint;
  scopes bigint;
  expected_inventory bigint := current_setting('one_roof.expected_inventory')::bigint;
  expected_scopes bigint := current_setting('one_roof.expected_scopes')::bigint;
  known_collections text := current_setting('one_roof.known_collections');
  known_scopes text := current_setting('one_roof.known_scopes');
  extra text;
  absent text;
  story text := '';
begin -- which number moved: rows of the inventory, or scopes, and by name where this package knows the name
  perform set_config('one_roof.moved', '', false);
  if current_setting('one_roof.untrusted') <> '[]' then
    return;
  end if;
  begin
    execute 'select count(*) from public.v_governance_object_inventory where born and requires_owner' into inventory;
    execute $q$select count(*) from public.governance_responsibility_scope where status = 'active'$q$ into scopes;
    story := format('%s inventory rows x %s active scopes (expected %s x %s)', inventory, scopes, expected_inventory, expected_scopes);
    if inventory <> expected_inventory then
      execute $q$select string_agg(object_ref, ', ' order by object_ref) from (select object_ref from public.v_governance_object_inventory
        where object_ref <> all (string_to_array($1, ' ')) order by 1 limit 10) x$q$ into extra using known_collections;
      execute $q$select string_agg(k, ', ' order by k) from string_to_table($1, ' ') k
        where not exists (select from public.v_governance_object_inventory where object_ref = k)$q$ into absent using known_collections;
      story := concat(story, '; collections this package does not know: ' || extra, '; collections missing: ' || absent);
    end if;
    if scopes <> expected_scopes then
      execute $q$select string_agg(scope_code, ', ' order by scope_code) from public.governance_responsibility_scope
        where status = 'active' and scope_code <> all (string_to_array($1, ' '))$q$ into extra using known_scopes;
      execute $q$select string_agg(k, ', ' order by k) from string_to_table($1, ' ') k where not exists
        (select from public.governance_responsibility_scope where status = 'active' and scope_code = k)$q$ into absent using known_scopes;
      story := concat(story, '; scopes this package does not know: ' || extra, '; scopes missing: ' || absent);
    end if;
  exception when others then
    story := 'not measurable: SQLSTATE ' || sqlstate; -- the message may hold what a cell holds
  end;
  perform set_config('one_roof.moved', story, false);
end $moved$;
