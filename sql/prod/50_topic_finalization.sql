-- Tier 5, topic finalisation: eight topics, their crosswalk to labels, six assignments, and the decisions that the reconcile
-- view itself yields. No topic coverage rule and no topic owners are shipped.
\set writes 'axis_registry,axis_value,axis_assignment,topic_taxonomy_map,topic_label_reconcile_decision'
\set locks :writes
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
do $tier$
declare
  apr text := current_setting('one_roof.ratified_apr');
  tag text := 'PROD_topic_2026-06-03';
  figures record;
begin
  select (select count(*) from public.axis_registry where axis_code = 'topic') + (select count(*) from public.axis_value
    where axis_code = 'topic')
         + (select count(*) from public.axis_assignment where axis_code = 'topic') + (select count(*) from public.topic_taxonomy_map)
         + (select count(*) from public.topic_label_reconcile_decision) as present,
         (select count(*) from public.axis_registry where axis_code = 'containment') as containment
  into figures;
  if figures.present > 0 then
    raise exception 'REFUSING: topic axis already present (% rows), expected none; undo tier 5 with per_tier_rollback.sql first',
      figures.present;
  end if;
  if figures.containment <> 1 then
    raise exception 'REFUSING: containment axes found %, expected 1; run the tiers in their order', figures.containment;
  end if;

  insert into public.axis_registry (axis_code, axis_name, axis_family, axis_kind, value_domain, owner_scope_ref, status, lifecycle_status,
    created_by)
  values ('topic', 'Topic', 'semantic', 'uncertain', 'axis_value', 'policy', 'candidate', 'register', tag);
  insert into public.axis_value (axis_code, value_code, parent_value_code, status, provenance, created_by)
  values ('topic', 'governance',    null,          'candidate', '{"kind": "human"}', tag),
         ('topic', 'workflow',      null,          'candidate', '{"kind": "human"}', tag),
         ('topic', 'ai-ops',        'governance',  'candidate', '{"kind": "ai_proposed"}', tag),
         ('topic', 'registry-kg',   'governance',  'candidate', '{"kind": "ai_proposed"}', tag),
         ('topic', 'observability', 'governance',  'candidate', '{"kind": "ai_proposed"}', tag),
         ('topic', 'data-platform', 'governance',  'candidate', '{"kind": "human_designated"}', tag),
         ('topic', 'workflow-exec', 'workflow',    'candidate', '{"kind": "split", "split_from": "workflow"}', tag),
         ('topic', 'kg-domain-x',   null,          'candidate', '{"kind": "kg_provisional", "source": "graph_inference"}', tag);
  -- candidate to active, in the same transaction: the transition every value has to take
  update public.axis_value set status = 'active', updated_at = now() where axis_code = 'topic' and value_code <> 'kg-domain-x';
  update public.axis_value set status = 'active', parent_value_code = 'registry-kg', updated_at = now(),
    provenance = provenance || jsonb_build_object('kind', 'kg_ratified', 'prior_kind', 'kg_provisional', 'ratified_by', 'GOV-KG-SYS',
      'approval_ref', apr, 'lane', 'governance', 'transition', 'candidate->active')
  where axis_code = 'topic' and value_code = 'kg-domain-x';
  update public.axis_registry set status = 'active', lifecycle_status = 'active', updated_at = now() where axis_code = 'topic';

  -- only labels and collections that this database has
  insert into public.topic_taxonomy_map (topic_value, taxonomy_code, map_kind, created_by)
  select m.topic_value, m.taxonomy_code, m.map_kind, tag
  from (values ('ai-ops', 'LBL-006', 'crosswalk'), ('ai-ops', 'LBL-061', 'crosswalk'), ('workflow', 'LBL-004', 'crosswalk'),
               ('registry-kg', 'LBL-101', 'crosswalk'), ('observability', 'LBL-014', 'crosswalk'),
               ('data-platform', 'LBL-002', 'crosswalk'),
               ('kg-domain-x', 'LBL-101', 'inferred')) as m(topic_value, taxonomy_code, map_kind)
  where exists (select from public.taxonomy t where t.code = m.taxonomy_code);
  insert into public.axis_assignment (object_type, object_ref, axis_code, value_code, zone, confidence, provenance, assigned_kind,
    assigned_at, created_by)
  select 'collection', a.collection, 'topic', a.topic_value, a.zone, a.confidence, a.provenance::jsonb, a.assigned_kind, now() - a.age, tag
  from (values ('agents',              'ai-ops',      'approved',   0.92, '{"kind": "human"}', 'human', interval '0'),
               ('governance_registry', 'registry-kg', 'approved',   0.85, '{"kind": "agent"}', 'agent', interval '0'),
               ('workflows',           'workflow',    'approved',   0.96, '{"kind": "human"}', 'human', interval '0'),
               ('modules',             'workflow',    'approved',   0.55, '{"kind": "agent"}', 'agent', interval '0'),
               ('tasks',               'ai-ops',      'approved',   0.80, '{"kind": "agent"}', 'agent', interval '60 days'),
               ('iu_staging_record',   'ai-ops',      'quarantine', null, null,                null,    interval '0')
       ) as a(collection, topic_value, zone, confidence, provenance, assigned_kind, age)
  where exists (select from public.collection_registry c where c.collection_name = a.collection);
  insert into public.topic_label_reconcile_decision (collection, topic_value, decision_kind, rationale, decided_by, created_by)
  select collection, topic_value,
    case raw_flag when 'orthogonal_facet' then 'accept_orthogonal_facet' else 'accept_projection_pending' end,
    case raw_flag when 'orthogonal_facet' then 'topic labels and rule labels belong to different facets and do not contradict each other'
                  else 'no label rule projects this topic yet; label rules belong to the application' end,
    apr, tag
  from public.v_reconcile_collection_topic_vs_label
  where raw_flag = 'orthogonal_facet' or raw_flag = 'no_label_rule' and zone <> 'quarantine';

  select (select count(*) from public.axis_registry where axis_code = 'topic' and status = 'active') as axes,
         (select count(*) from public.axis_value where axis_code = 'topic' and status = 'active') as topics,
         (select count(*) from public.v_reconcile_collection_topic_vs_label where flag = 'divergent') as divergent,
         (select count(*) from public.v_reconcile_topic_projection_gap) as projection_gap,
         (select string_agg(collection, ', ') from public.v_reconcile_collection_topic_vs_label where flag = 'divergent') as names
  into figures;
  if figures.axes <> 1 or figures.topics <> 8 then
    raise exception 'REFUSING: tier 5 made axes=% topics=%, expected 1 and 8', figures.axes, figures.topics;
  end if;
  if figures.divergent <> 0 or figures.projection_gap <> 0 then
    raise exception 'REFUSING: divergent=% projection_gap=% (%), expected 0 and 0; '
      'a label rule contradicts a topic within one facet, a human has to decide',
      figures.divergent, figures.projection_gap, coalesce(figures.names, 'none divergent');
  end if;
end $tier$;
select format('topics=%s maps=%s assignments=%s decisions=%s',
  (select count(*) from public.axis_value where axis_code = 'topic'), (select count(*) from public.topic_taxonomy_map),
  (select count(*) from public.axis_assignment where axis_code = 'topic'), (select count(*) from public.topic_label_reconcile_decision));
select format('divergent=%s projection_gap=%s', (select count(*) from public.v_reconcile_collection_topic_vs_label
  where flag = 'divergent'),
  (select count(*) from public.v_reconcile_topic_projection_gap)) as proof \gset
\ir ../runner/close_tier.sql
select :'proof';
