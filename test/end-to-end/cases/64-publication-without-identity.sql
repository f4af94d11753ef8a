-- expect 10 SQLSTATE 55000
-- Change data capture of a table whose rows have no identity: rows may come, but none may go, so nothing could be undone.
alter table public.governance_object_ownership replica identity nothing;
create publication app_owners for table public.governance_object_ownership;
