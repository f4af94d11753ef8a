-- expect 13 moved on by others
-- The application takes a block of numbers beforehand, as an object-relational mapper does; it will use them later.
-- meanwhile
select nextval('public.governance_object_ownership_id_seq') from generate_series(1, 50);
