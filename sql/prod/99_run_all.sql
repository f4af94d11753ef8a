-- The whole release by hand, from any folder: psql -v ON_ERROR_STOP=1 -v ratified_apr=<code> -f 99_run_all.sql
-- Each tier guards itself; the first refusal ends the run with exit code 3.
\set ON_ERROR_STOP on
\ir ../runner/open_release.sql
\ir 00_preflight.sql
\ir 10_structure.sql
\ir 20_responsibility_axis.sql
\ir 30_ownership_seed.sql
\ir 40_containment.sql
\ir 50_topic_finalization.sql
\ir 60_scanner_baseline.sql
\ir 90_verify.sql
select pg_advisory_unlock(20260603) as unlocked \gset
\echo 'ROLLOUT COMPLETE — ALL TIERS PASSED'
