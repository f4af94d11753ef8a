-- expect 10 prereq_missing
-- A view that the release builds on has become a copy of yesterday.
alter view public.v_object_owner_conflict rename to v_object_owner_conflict_now;
create materialized view public.v_object_owner_conflict as select * from public.v_object_owner_conflict_now;
