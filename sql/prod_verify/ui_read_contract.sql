-- UI read contract, to be run as the outside reader (context_pack_readonly): all seven UI views can be read in full, and
-- nothing is critical.
\ir ../runner/open_reader.sql
select json_build_object(
  'v_ui_topic_tree', (select count(v) from public.v_ui_topic_tree v),
  'v_ui_object_topic', (select count(v) from public.v_ui_object_topic v),
  'v_ui_axis_browser', (select count(v) from public.v_ui_axis_browser v),
  'v_ui_lane', (select count(v) from public.v_ui_lane v),
  'v_ui_detector_findings', (select count(v) from public.v_ui_detector_findings v),
  'v_ui_review_queue', (select count(v) from public.v_ui_review_queue v),
  'v_ui_coverage_dashboard', (select count(v) from public.v_ui_coverage_dashboard v)) as row_counts,
  (select dashboard ->> 'critical_drift' from public.v_ui_coverage_dashboard) as critical_drift \gset
select set_config('one_roof.critical_drift', :'critical_drift', true) as critical_drift \gset
do $contract$
begin
  if current_setting('one_roof.critical_drift') <> '0' then
    raise exception 'REFUSING: the dashboard shows critical_drift=%, expected 0; read v_ui_detector_findings',
      current_setting('one_roof.critical_drift');
  end if;
end $contract$;
\ir ../runner/close_reader.sql
select format('ui_read_contract views=7 rows=%s critical_drift=%s', replace(:'row_counts', ' ', ''), :'critical_drift');
