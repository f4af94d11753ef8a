-- Builds the pre-release database, in one psql session and one transaction.
--
-- Variables (all have defaults, so that the file also runs by hand):
--   database     name of the database to create; it must not exist
--   anchor       the day every date derives from, YYYY-MM-DD in UTC
--   collections  governed collections, 35 in production
--   signed       1: one signature in os_proposal_approvals, 0: none
--   entity_labels, birth_registry, system_issues, event_outbox   rows to generate
\set ON_ERROR_STOP on
\set QUIET on
\if :{?database} \else \set database directus \endif
\if :{?anchor}
\else
  select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as anchor \gset
\endif
\if :{?collections} \else \set collections 35 \endif
\if :{?signed} \else \set signed 1 \endif
\if :{?entity_labels} \else \set entity_labels 820 \endif
\if :{?birth_registry} \else \set birth_registry 1121 \endif
\if :{?system_issues} \else \set system_issues 203 \endif
\if :{?event_outbox} \else \set event_outbox 191 \endif

set client_min_messages = warning;
\ir roles.sql
create database :"database" owner directus template template0 encoding 'UTF8';
\connect :"database"
set client_min_messages = warning;
set timezone = 'UTC';
set synchronous_commit = off;
set maintenance_work_mem = '256MB';
select set_config('fixture.anchor', :'anchor', false) \g /dev/null

begin;
\ir grants.sql
set role directus;
\ir collections.sql
\ir registry.sql
\ir approvals.sql
\ir events.sql
\ir labels.sql
\ir volume.sql
reset role;
\ir ownership.sql
\ir substrate.sql
\ir views.sql
\ir triggers.sql
\ir guards.sql
\if :signed
\ir signature.sql
\endif
commit;
