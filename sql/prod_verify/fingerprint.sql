-- Fingerprint, read-only: one sha256 for each kind of object in the catalogue, and for the rows and sequences the release may write.
-- Stable order by name, never by oid; equal fingerprints mean an equal database as far as the release could have changed it.
-- <settings> the same lines in every file; a test compares them
\set QUIET on
\set ON_ERROR_STOP on
\set SHOW_CONTEXT never
\encoding UTF8
\pset pager off
\pset format unaligned
\pset tuples_only on
\pset expanded off
\pset fieldsep ' | '
\pset recordsep '\n'
\pset null ''
\if :{?run_id} \else \set run_id '' \endif
\if :{?ratified_apr} \else \set ratified_apr '' \endif
\if :{?lock_tries} \else \set lock_tries 25 \endif
\set release_tables 'axis_registry axis_value coverage_rule axis_assignment axis_object_ownership axis_candidate_finding'
\set release_tables :release_tables ' topic_taxonomy_map topic_label_reconcile_decision governance_scan_run governance_drift_state governance_event_log'
\set release_views 'v_axis_required_cell v_axis_effective_owner v_axis_coverage_gap v_axis_assignment_quality v_axis_registry_coverage'
\set release_views :release_views ' v_axis_missing_assignment v_axis_coverage_summary v_axis_issue_payload v_axis_topic_parentage_conflict'
\set release_views :release_views ' v_reconcile_label_orphan v_reconcile_topic_without_label v_reconcile_label_without_topic'
\set release_views :release_views ' v_reconcile_collection_topic_vs_label v_reconcile_topic_projection_gap v_reconcile_summary'
\set release_views :release_views ' v_projection_lag_timing v_drift_stale_candidate_value v_drift_unregistered_axis v_drift_ui_visible_unapproved'
\set release_views :release_views ' v_drift_coverage_rule_missing v_drift_finding v_drift_summary v_drift_event_map v_drift_issue_payload'
\set release_views :release_views ' v_ui_topic_tree v_ui_object_topic v_ui_axis_browser v_ui_lane v_ui_detector_findings v_ui_review_queue v_ui_coverage_dashboard'
select 'directus' as guarded_database \gset
select set_config('one_roof.guarded_database', :'guarded_database', false) as guarded_database,
       set_config('one_roof.run_id', :'run_id', false) as run_id,
       set_config('one_roof.ratified_apr', :'ratified_apr', false) as ratified_apr,
       set_config('one_roof.lock_tries', :'lock_tries', false) as lock_tries,
       set_config('one_roof.tables', :'release_tables', false) as release_tables,
       set_config('one_roof.views', :'release_views', false) as release_views,
       set_config('one_roof.function', 'fn_governance_scan', false) as release_function \gset
-- counters of earlier transactions of this session must not be mistaken for our own
select pg_stat_force_next_flush() as flushed \gset
set client_min_messages = warning;
set jit = off;
set search_path = pg_catalog, public, pg_temp;
do $session$
begin -- bounded by hand too, and a proven COMMIT outlives a crash of the server; what the session already demands is left alone
  perform set_config(wanted.name, wanted.value, false)
  from (values ('lock_timeout', '5s'), ('statement_timeout', '120s'), ('idle_in_transaction_session_timeout', '60s'),
               ('client_connection_check_interval', '2s'), ('synchronous_commit', 'on')) as wanted(name, value)
  where current_setting(wanted.name) in ('0', '', 'off');
end $session$;
-- </settings>
begin transaction isolation level repeatable read read only;
do $database$
begin
  if current_database() <> current_setting('one_roof.guarded_database') then
    raise exception 'REFUSING: % is not production % (database found %, expected %); connect to the right database',
      current_database(), current_setting('one_roof.guarded_database'), current_database(), current_setting('one_roof.guarded_database');
  end if;
end $database$;
set local search_path = pg_catalog; -- definitions print every other schema in full
select to_regclass('public.trigger_guard_alerts') is not null as has_alerts \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as schemas from (
  select concat_ws('|', nspname, pg_get_userbyid(nspowner), array(select a::text from unnest(nspacl) a order by 1)) as line
  from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as relations from (
  select concat_ws('|', n.nspname, c.relname, c.relkind, c.relpersistence, pg_get_userbyid(c.relowner), c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition) as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as grants from (
  select concat_ws('|', n.nspname, c.relname, a.acl) as line from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral unnest(coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner))) as a(acl)
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind not in ('i', 'I', 'c')
  union all
  select concat_ws('|', n.nspname, c.relname, t.attname, a.acl) from pg_attribute t join pg_class c on c.oid = t.attrelid join pg_namespace n on n.oid = c.relnamespace
    cross join lateral unnest(t.attacl) as a(acl) where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  union all
  select concat_ws('|', n.nspname, p.proname, oidvectortypes(p.proargtypes), a.acl) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join lateral unnest(coalesce(p.proacl, acldefault('f', p.proowner))) as a(acl) where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  union all
  select concat_ws('|', 'default', pg_get_userbyid(d.defaclrole), coalesce(n.nspname, '*'), d.defaclobjtype, a.acl)
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace cross join lateral unnest(d.defaclacl) as a(acl)
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as columns from (
  select concat_ws('|', n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation, a.attstorage,
      pg_get_expr(d.adbin, d.adrelid)) as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and a.attnum > 0 and not a.attisdropped and c.relkind not in ('i', 'I', 'S')
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as constraints from (
  select concat_ws('|', n.nspname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text), k.conname, k.convalidated, pg_get_constraintdef(k.oid)) as line
  from pg_constraint k join pg_namespace n on n.oid = k.connamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as indexes from (
  select concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary, i.indisclustered, i.indisreplident) as line
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as views from (
  select concat_ws('|', n.nspname, c.relname, pg_get_viewdef(c.oid)) as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('v', 'm')
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as functions from (
  select concat_ws('|', n.nspname, p.proname, pg_get_userbyid(p.proowner), case when p.prokind = 'a' then p.prosrc || pg_get_function_arguments(p.oid) else pg_get_functiondef(p.oid) end) as line
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as sequences from (
  select concat_ws('|', n.nspname, c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
      (select concat_ws('.', d.refobjid::regclass, d.refobjsubid) from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))) as line
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_'
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as triggers from (
  select concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled) as line from pg_trigger t where not t.tgisinternal
  union all
  select concat_ws('|', e.evtname, e.evtevent, pg_get_userbyid(e.evtowner), e.evtfoid::regproc, e.evtenabled, e.evttags) from pg_event_trigger e
  union all
  select concat_ws('|', r.ev_class::regclass, r.rulename, r.ev_enabled, pg_get_ruledef(r.oid)) from pg_rewrite r join pg_class c on c.oid = r.ev_class
  where r.rulename <> '_RETURN' and c.oid >= 16384
  union all
  select concat_ws('|', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) from pg_policy p
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as types from (
  select concat_ws('|', n.nspname, t.typname, t.typtype, pg_get_userbyid(t.typowner), format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
      array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)) as line
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and t.typtype in ('e', 'd')
  union all
  select concat_ws('|', 'extension', extname, extversion) from pg_extension
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as comments from (
  select concat_ws('|', i.type, i.identity, d.description) as line
  from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i where d.objoid >= 16384
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as rows_governance_object_ownership from (
  select o::text as line from public.governance_object_ownership o
) section \gset
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as sequence_governance_object_ownership from (
  select concat_ws('/', last_value, is_called) as line from public.governance_object_ownership_id_seq
) section \gset
\if :has_alerts
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as rows_alerts from (select a::text as line from public.trigger_guard_alerts a) section \gset
-- whatever columns the table has: nothing says what they are called
select count(*) > 0 as has_alert_sequence,
  format('(%s)', string_agg(format('select concat_ws(''/'', last_value, is_called) as line from %s', d.objid::regclass), ' union all ')) as alert_sequences
from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S'
where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = 'public.trigger_guard_alerts'::regclass
  and d.deptype in ('a', 'i') \gset
\else
\set rows_alerts absent
\set has_alert_sequence false
\endif
\if :has_alert_sequence
select encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as sequence_alerts from :alert_sequences section \gset
\else
\set sequence_alerts absent
\endif
select json_build_object(
  'schemas', :'schemas',
  'relations', :'relations',
  'grants', :'grants',
  'columns', :'columns',
  'constraints', :'constraints',
  'indexes', :'indexes',
  'views', :'views',
  'functions', :'functions',
  'sequences', :'sequences',
  'triggers', :'triggers',
  'types', :'types',
  'comments', :'comments',
  'rows_governance_object_ownership', :'rows_governance_object_ownership',
  'sequence_governance_object_ownership', :'sequence_governance_object_ownership',
  'rows_trigger_guard_alerts', :'rows_alerts',
  'sequence_trigger_guard_alerts', :'sequence_alerts') as proof \gset
do $proof$
begin
  if pg_current_xact_id_if_assigned() is not null then
    raise exception 'REFUSING: this read-only script was given a transaction id, expected none; something wrote, nothing was kept';
  end if;
end $proof$;
commit;
select 'fingerprint ' || :'proof';
