-- The release as the outside reader sees it.
set role context_pack_readonly;
select is((select count(*) from v_object_owner_gap), 0::bigint, 'the reader sees that no owner is missing');
select ok((select count(*) from v_axis_coverage_summary) > 0, 'the reader sees the coverage of the axes');
