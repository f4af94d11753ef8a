-- Surgical reversal of one tier of one run, later tiers first: -v tier=<number>. Tier 1 is undone by 99_rollback_full.sql.
-- A line `-- new-tier: <part>` is the place above which `one-roof new-tier` writes the lines of a new tier.
-- Variables: tier, run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id>
-- for seed rows that somebody changed since.
\if :{?tier} \else \set tier '' \endif
\set writes ''
\set locks 'governance_object_ownership,axis_registry,axis_value,coverage_rule,axis_assignment,axis_object_ownership,topic_taxonomy_map'
\set locks :locks ',topic_label_reconcile_decision,governance_scan_run,governance_drift_state,governance_event_log'
\set locks :locks ',governance_object_ownership_id_seq'
\ir ../runner/open_undo.sql
\ir ../prod/seed_digest.sql
select set_config('one_roof.tier', :'tier', false) as tier,
       set_config('one_roof.planned', case :'tier'
         when '2' then 'axis_registry,axis_value,coverage_rule'
         when '3' then 'governance_object_ownership'
         when '4' then 'axis_registry,axis_value,coverage_rule,axis_assignment,axis_object_ownership'
         when '5' then 'axis_registry,axis_value,axis_assignment,topic_taxonomy_map,topic_label_reconcile_decision'
         when '6' then 'governance_scan_run,governance_drift_state,governance_event_log'
         -- new-tier: planned
         else '' end, true) as planned \gset
do $arguments$
declare
  tiers text[] := string_to_array(current_setting('one_roof.tiers'), ' ');
  undoable text[] := tiers[3:cardinality(tiers) - 1]; -- without preflight and structure, and without the tier that seals
  tier text := current_setting('one_roof.tier');
begin
  if tier = tiers[2] then
    raise exception 'REFUSING: tier %, expected % to %; the structure is removed by 99_rollback_full.sql',
      tier, undoable[1], undoable[cardinality(undoable)];
  elsif tier <> all (undoable) then
    raise exception 'REFUSING: tier %, expected % to %; pass -v tier=<number>',
      quote_literal(tier), undoable[1], undoable[cardinality(undoable)];
  end if;
end $arguments$;
select count(*) as changed from public.governance_object_ownership
where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03' and rollback_ref = 'one-roof/' || :'run_id'
  and audit_ref is distinct from :seed_digest \gset
select set_config('one_roof.changed', :'changed', true) as changed \gset
do $before$
declare
  tiers text[] := string_to_array(current_setting('one_roof.tiers'), ' ');
  tier integer := current_setting('one_roof.tier')::integer;
  run text := current_setting('one_roof.run_id');
  expected integer := current_setting('one_roof.expected_objects')::integer;
  found json := current_setting('one_roof.stamps');
  changed bigint := current_setting('one_roof.changed')::bigint;
  later text;
begin
  if (found ->> 'found')::integer <> expected or (found ->> 'stamped')::integer <> expected
     or (found ->> 'runs')::integer <> 1 or found ->> 'run' <> run then
    raise exception 'REFUSING: % release objects present, % stamped, by % runs (%), expected % of run %; nothing was undone, use '
      '99_rollback_full.sql', found ->> 'found', found ->> 'stamped', found ->> 'runs', coalesce(found ->> 'run', 'none'), expected,
      coalesce(nullif(run, ''), 'unknown');
  end if;
  if found ->> 'state' = 'released' and current_setting('one_roof.undo_released') <> run then
    raise exception 'REFUSING: run % is sealed as released, expected applying; an operator undoes it with -v undo_released=%', run, run;
  end if;
  select string_agg('tier ' || id, ', ' order by array_position(tiers, id) desc) into later from (
    select '6' as id where exists (select from public.governance_scan_run)
    union all select '5' where exists (select from public.axis_registry where axis_code = 'topic')
    union all select '4' where exists (select from public.axis_registry where axis_code = 'containment')
    union all select '3' where exists (select from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03')
    -- new-tier: later
  ) applied where array_position(tiers, id) > array_position(tiers, tier::text);
  if later is not null then
    raise exception 'REFUSING: % still applied, expected none after tier %; undo the later tiers first', later, tier;
  end if;
  if found ->> 'mark' is null then
    raise exception 'REFUSING: the stamp of run % does not say where the ownership sequence stood, expected sequence=<value>/<called>; '
      'somebody changed the comments of its objects, a human has to look', run;
  end if;
  if tier = 3 and changed > 0 and current_setting('one_roof.override_changed_rows') <> run then
    raise exception 'REFUSING: % seed rows of run % were changed since, expected 0; look at their updated_by, '
      'or pass -v override_changed_rows=% to lose the changes', changed, run, run;
  end if;
end $before$;
-- no longer what was sealed: tier 8 in reverse, or no rollback and no tier would touch the run again
\set state_from released
\set state_to applying
\ir ../runner/seal.sql
do $tier$
declare
  tier integer := current_setting('one_roof.tier')::integer;
  run text := current_setting('one_roof.run_id');
  remaining bigint;
begin
  case tier
    -- new-tier: undo
    when 6 then
      delete from public.governance_event_log where scan_id in (select scan_id from public.governance_scan_run
        where actor = 'one-roof/' || run);
      delete from public.governance_drift_state where last_scan_id in (select scan_id from public.governance_scan_run
        where actor = 'one-roof/' || run);
      delete from public.governance_scan_run where actor = 'one-roof/' || run;
      select count(*) into remaining from public.governance_scan_run;
    when 5 then
      delete from public.topic_label_reconcile_decision where created_by = 'PROD_topic_2026-06-03';
      delete from public.topic_taxonomy_map where created_by = 'PROD_topic_2026-06-03';
      delete from public.axis_assignment where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      delete from public.axis_value where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      delete from public.axis_registry where axis_code = 'topic' and created_by = 'PROD_topic_2026-06-03';
      select (select count(*) from public.axis_registry where axis_code = 'topic') + (select count(*) from public.topic_taxonomy_map)
        + (select count(*) from public.topic_label_reconcile_decision) into remaining;
    when 4 then
      delete from public.axis_object_ownership where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from public.axis_assignment where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from public.coverage_rule where rule_code = 'CR-CONTAIN-ASSIGNED';
      delete from public.axis_value where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      delete from public.axis_registry where axis_code = 'containment' and created_by = 'PROD_containment_2026-06-03';
      select count(*) into remaining from public.axis_registry where axis_code = 'containment';
    when 3 then
      delete from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'
        and rollback_ref = 'one-roof/' || run;
      get diagnostics remaining = row_count;
      perform set_config('one_roof.seeds_deleted', remaining::text, true);
      select count(*) into remaining from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03';
    when 2 then
      delete from public.coverage_rule where rule_code = 'CR-RESP-ALL';
      delete from public.axis_value where axis_code = 'responsibility' and created_by = 'PROD_responsibility_2026-06-03';
      delete from public.axis_registry where axis_code = 'responsibility' and created_by = 'PROD_responsibility_2026-06-03';
      select count(*) into remaining from public.axis_registry where axis_code = 'responsibility';
  end case;
  if remaining <> 0 then
    raise exception 'REFUSING: % rows of tier % remain, expected 0; they are not this run''s, ask whose they are', remaining, tier;
  end if;
end $tier$;
\ir numbers_back.sql
select format('ownership=%s gap=%s', (select count(*) from public.governance_object_ownership),
  (select count(*) from public.v_object_owner_gap));
\ir ../runner/close_tier.sql
select format('tier %s rolled back', :'tier');
