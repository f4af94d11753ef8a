-- Full rollback: undoes what one run of this release did, proves the baseline, and touches nothing that is not ours.
-- Variables: run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id> for
-- seed rows that somebody changed since.
\set writes 'governance_object_ownership,trigger_guard_alerts'
-- the tables are locked below, and only where there is something to undo
\set locks ''
\set reads 'governance_object_ownership trigger_guard_alerts v_object_owner_gap v_governance_object_inventory '
\set reads :reads 'governance_responsibility_scope'
\ir ../runner/open_undo.sql
\ir ../runner/whose_undo.sql
\ir ../prod/seed_digest.sql
\ir ../runner/undo/take_off.sql
do $undo$
declare
  run text := current_setting('one_roof.run_id');
  mark text := substring(current_setting('one_roof.stamps')::json ->> 'mark' from 'sequence=(\S+)');
  overridden boolean := current_setting('one_roof.override_changed_rows') = run;
  alien text := '';
  own text;
  changed bigint;
  referring bigint;
  foreign_owners bigint;
  item text;
  counted bigint;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  elsif mark is null then
    raise exception 'REFUSING: the stamp of run % does not say where the ownership sequence stood, expected sequence=<value>/<called>; '
      'somebody changed the comments of its objects, a human has to look', run;
  end if;

  -- refusals, with counts
  foreach item in array string_to_array(current_setting('one_roof.tables'), ' ') loop
    if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item and relkind = 'r') then
      own := case item
        when 'axis_candidate_finding' then 'false'
        when 'governance_scan_run' then 'actor = $2'
        when 'governance_drift_state' then 'last_scan_id in (select scan_id from public.governance_scan_run where actor = $2)'
        when 'governance_event_log' then 'scan_id in (select scan_id from public.governance_scan_run where actor = $2)'
        else 'created_by = any ($1)' end;
      execute format('select count(*) from public.%I where (%s) is not true', item, own) into counted
      using string_to_array(current_setting('one_roof.tags'), ' '), 'one-roof/' || run;
      if counted > 0 then
        alien := concat_ws(', ', nullif(alien, ''), format('%s %s', counted, item));
      end if;
    end if;
  end loop;
  if alien <> '' and not overridden then
    raise exception 'REFUSING: rows in our tables that run % did not write: %, expected none; save them and delete them, '
      'or pass -v override_changed_rows=% to lose them', run, alien, run;
  end if;
  execute format($q$select count(*) filter (where not own), count(*) filter (where own and audit_ref is distinct from %s),
      count(*) filter (where not own and supersedes_id in (select id from public.governance_object_ownership where created_by = $2))
    from (select *, (created_by = $2 and rollback_ref = $1) is true as own from public.governance_object_ownership) o$q$,
    current_setting('one_roof.seed_digest')) into foreign_owners, changed, referring
  using 'one-roof/' || run, 'PROD_OWNERSHIP_SEED_2026-06-03';
  if foreign_owners > 0 then
    raise exception 'REFUSING: governance_object_ownership has % rows that run % did not write (% of them supersede its rows), '
      'expected 0; the baseline ownership=0 cannot be reached, ask whose they are', foreign_owners, run, referring;
  end if;
  if changed > 0 and not overridden then
    raise exception 'REFUSING: % seed rows of run % were changed since, expected 0; look at their updated_by, '
      'or pass -v override_changed_rows=% to lose the changes', changed, run, run;
  end if;

  delete from public.governance_object_ownership where created_by = 'PROD_OWNERSHIP_SEED_2026-06-03'
    and rollback_ref = 'one-roof/' || run;
  get diagnostics counted = row_count;
  perform set_config('one_roof.seeds_deleted', counted::text, true);
end $undo$;
\ir numbers_back.sql
\ir ../runner/undo/drop_tables.sql
do $baseline$
declare
  figures record;
begin
  if current_setting('one_roof.outcome') <> 'undone' then
    return;
  end if;
  select (select count(*) from public.governance_object_ownership) as own, (select count(*) from public.v_object_owner_gap) as gap,
         (select count(*) from public.v_governance_object_inventory where born and requires_owner)
           * (select count(*) from public.governance_responsibility_scope where status = 'active') as required
  into figures;
  if figures.own <> 0 or figures.gap <> figures.required then
    raise exception 'REFUSING: after the undo ownership=% gap=%, expected 0 and %; nothing was kept, a human has to look',
      figures.own, figures.gap, figures.required;
  end if;
end $baseline$;
\set undone :stamps
\ir ../runner/stamps.sql
select (select count(*) from public.governance_object_ownership) as own, (select count(*) from public.v_object_owner_gap) as gap,
       (select count(*) from public.v_governance_object_inventory where born and requires_owner)
         * (select count(*) from public.governance_responsibility_scope where status = 'active') as required,
       case when (:'stamps'::json ->> 'found')::integer > 0 then 'present' else 'absent' end as axis,
       current_setting('one_roof.outcome') as outcome \gset
\ir ../runner/close_tier.sql
select format('gap %s is every required cell, but the package was written for %s', :'gap', :'expected_gap')
where :'outcome' = 'undone' and :'gap' <> :'expected_gap';
select format('run %s is sealed as released, nothing was touched; an operator undoes it with -v undo_released=%s', :'run_id', :'run_id')
where :'outcome' = 'already_released';
select format('FULL ROLLBACK OK: ownership=%s gap=%s axis=%s', :'own', :'gap', :'axis')
where :'own' = '0' and :'gap' = :'required' and :'axis' = 'absent';
select format('rollback outcome=%s run=%s objects=%s ownership=%s gap=%s axis=%s', :'outcome', coalesce(nullif(:'run_id', ''), 'none'),
  case :'outcome' when 'undone' then :'undone'::json ->> 'own' else '0' end, :'own', :'gap', :'axis');
