-- Structure alone: nothing is in it.
select ok(to_regclass('axis_registry') is not null, 'the axes have their tables');
select is((select count(*) from axis_assignment), 0::bigint, 'no assignment is made by the structure');
select is((select count(*) from v_object_owner_gap), 210::bigint, 'the gap is what it was');
