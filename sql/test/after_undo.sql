-- The undo of the sealed release leaves the database as it was.
select is((select count(*) from governance_object_ownership), 0::bigint, 'nothing has an owner again');
select is((select count(*) from v_object_owner_gap), 210::bigint, 'every required cell is a gap again');
select ok(to_regclass('axis_registry') is null, 'no axis is left');
