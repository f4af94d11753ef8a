-- Tier 6, scanner baseline: one bounded scan, logged and never emitted.
\set writes 'governance_scan_run,governance_drift_state,governance_event_log'
\set locks :writes
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
do $tier$
declare
  figures record; scan bigint;
begin
  select (select count(*) from public.governance_scan_run) as scans,
         (select count(*) from public.axis_registry where axis_code = 'topic' and status = 'active') as topic,
         (select count(*) from public.event_type_registry where event_domain = 'governance' and active) as event_types
  into figures;
  if figures.scans > 0 then
    raise exception 'REFUSING: % scans already recorded, expected none; undo tier 6 with per_tier_rollback.sql first', figures.scans;
  end if;
  if figures.topic <> 1 then
    raise exception 'REFUSING: active topic axes found %, expected 1; run the tiers in their order', figures.topic;
  end if;
  if figures.event_types <> 0 then
    raise exception 'REFUSING: % governance event types are active, expected 0; deactivate them, emission is a later step',
      figures.event_types;
  end if;

  scan := public.fn_governance_scan('one-roof/' || current_setting('one_roof.run_id'), 'baseline');

  select (select count(*) from public.v_drift_finding where severity = 'critical') as critical,
         (select count(*) from public.v_drift_issue_payload where type_active) as emittable,
         (select count(*) from public.event_outbox where event_domain = 'governance') as outbox,
         (select count(*) from public.governance_scan_run where scan_id = scan) as scans,
         (select count(*) from public.governance_event_log where emitted) as emitted
  into figures;
  if figures.critical <> 0 or figures.emittable <> 0 or figures.outbox <> 0 or figures.scans <> 1 or figures.emitted <> 0 then
    raise exception 'REFUSING: tier 6 ends with critical=% emittable=% outbox=% scans=% emitted=%, expected 0 0 0 1 0; '
      'read v_drift_finding for the critical findings',
      figures.critical, figures.emittable, figures.outbox, figures.scans, figures.emitted;
  end if;
end $tier$;
select format('finding %s %s %s', detector_code, severity, count(*)) from public.governance_drift_state where status = 'open'
group by detector_code, severity order by detector_code, severity;
select format('critical=%s emittable=%s outbox=%s scan_id=%s', (select count(*) from public.v_drift_finding where severity = 'critical'),
  (select count(*) from public.v_drift_issue_payload where type_active),
  (select count(*) from public.event_outbox where event_domain = 'governance'),
  (select max(scan_id) from public.governance_scan_run where actor = 'one-roof/' || current_setting('one_roof.run_id'))) as proof \gset
\ir ../runner/close_tier.sql
select :'proof';
