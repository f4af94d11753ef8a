-- What has to be so before the release, or its figures mean nothing.
select is((select count(*) from governance_object_ownership), 0::bigint, 'nothing has an owner yet');
select is((select count(*) from v_object_owner_gap), 210::bigint, 'every required cell is a gap');
select ok(to_regclass('axis_registry') is null, 'there is no axis yet');
