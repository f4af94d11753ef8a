-- expect 10 SQLSTATE 22001 in prod/30_ownership_seed.sql: (german)
-- A column is too short for what the release writes; the server says so in German.
alter table public.governance_object_ownership alter column approval_ref type varchar(8);
