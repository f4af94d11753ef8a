-- expect 10 SQLSTATE 23514 in prod/30_ownership_seed.sql: (german)
-- A check of the application refuses what the release inserts; the server says so in German.
alter table public.governance_object_ownership add constraint nobody_new check (created_by is null) not valid;
