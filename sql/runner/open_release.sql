-- Opens a whole release by hand: takes the key of the release for the session, so that there is one executor at a time from the
-- first tier to the last, and names the run.
\set QUIET on
\set ON_ERROR_STOP on
set search_path = pg_catalog, pg_temp;
\set mutating on
select to_char(clock_timestamp() at time zone 'UTC' + interval '5 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as start_by \gset
\ir prelude.sql
\ir name_run.sql
