-- Opens what only reads: one snapshot for all of it, and no code of a stranger in the way of what it reads. A superuser, as by hand,
-- locks first, so that nothing changes between proof and use; anybody else has no rights that such code could take.
\ir session.sql
\ir untrusted_code.sql
-- The proof needs little memory. The planner expects a thousand times more, and taking that would cost as much as the proof itself.
select current_setting('is_superuser') as superuser, pg_current_snapshot() as seen, current_setting('work_mem') as usual_memory,
  set_config('work_mem', '256kB', false) as memory \gset
\if :superuser
execute untrusted_code \gset
select :'tree' <> '' as wooded \gset
\set looked_at :tree
begin transaction isolation level repeatable read read only;
-- Locks do not take a snapshot: what is proven below is what they hold. ROW EXCLUSIVE keeps indexes, triggers, rules and policies as
-- they are; the catalogues keep casts, heirs, the schema and extended statistics, which a stronger lock on the relations would
-- keep only at the price of ending every autovacuum.
lock table pg_catalog.pg_cast, pg_catalog.pg_inherits, pg_catalog.pg_namespace, pg_catalog.pg_statistic_ext in share mode;
\if :wooded
lock table :tree in row exclusive mode;
\endif
-- what was proven still is, unless somebody has committed since
select pg_current_snapshot()::text <> :'seen' as again \gset
\if :again
execute untrusted_code \gset
select set_config('one_roof.untrusted', case :'tree' when :'looked_at' then :'untrusted'
  else '["what changed on the way of what is read while it was looked at"]' end, false) as untrusted \gset
\endif
\else
begin transaction isolation level repeatable read read only;
execute untrusted_code \gset
\endif
select set_config('work_mem', :'usual_memory', false) as memory \gset
