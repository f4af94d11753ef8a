-- The whole release by hand. `one-roof bundle --package examples/orders` prints it as one file, with the engine's part in it.
\set ON_ERROR_STOP on
\ir ../runner/open_release.sql
\ir 00_preflight.sql
\ir 10_order_days.sql
\ir 20_due_on.sql
\ir 30_open_orders.sql
\ir 40_currency.sql
\ir 50_verify.sql
select pg_advisory_unlock(20260603) as unlocked \gset
\echo 'ROLLOUT COMPLETE — ALL TIERS PASSED'
