-- On the clone: records every relation as it is now, and starts to watch the locks.
\ir settings.sql
\ir here.sql
\set begin 'begin transaction isolation level repeatable read read write'
\ir prove_copy.sql
create schema one_roof_rehearsal;
-- whatever is granted on new schemas and tables: what lies there becomes SQL, and is written to
select format('revoke all on schema one_roof_rehearsal from %s',
  case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end)
from pg_namespace n cross join lateral aclexplode(n.nspacl) g
where n.nspname = 'one_roof_rehearsal' and g.grantee <> n.nspowner \gexec
create table one_roof_rehearsal.relation as
select c.oid, c.oid::regclass::text as name, c.relkind, coalesce(c.relacl::text, '') as acl,
  pg_get_userbyid(c.relowner) as owner, case c.relkind when 'v' then pg_get_viewdef(c.oid) end as definition,
  0::bigint as row_count, ''::text as position
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'one_roof_rehearsal');
create table one_roof_rehearsal.entry as select pg_current_xact_id()::text as xid;
create table one_roof_rehearsal.held (application text, relation oid, mode text, first_seen timestamptz, last_seen timestamptz,
  primary key (application, relation, mode));
do $record$
declare
  known record;
begin
  -- a materialised view is empty here
  for known in select oid, relkind from one_roof_rehearsal.relation where relkind in ('r', 'S') loop
    if known.relkind = 'S' then
      execute format('update one_roof_rehearsal.relation set position = (select concat_ws(''/'', last_value, is_called) from %s) '
        'where oid = %s', known.oid::regclass, known.oid::oid);
    else
      execute format('update one_roof_rehearsal.relation set row_count = (select count(*) from %s) where oid = %s',
        known.oid::regclass, known.oid::oid);
    end if;
  end loop;
end $record$;
commit;
\setenv ONE_ROOF_CLONE :rehearsal_database
\setenv PGAPPNAME
\setenv PGUSER :USER
\o watch.sql
select $text$
do $watch$
declare
  own constant text := current_setting('application_name');
  watched constant text := regexp_replace(own, 'watch$', '') || '%';
begin
  loop
    insert into one_roof_rehearsal.held
    select distinct on (a.application_name, l.relation, l.mode) -- parallel workers hold their leader's locks under its name
      a.application_name, l.relation, l.mode, clock_timestamp(), clock_timestamp()
    from pg_locks l join pg_stat_activity a on a.pid = l.pid join one_roof_rehearsal.relation r on r.oid = l.relation
    where l.locktype = 'relation' and l.granted and l.database = (select oid from pg_database where datname = current_database())
      and a.application_name like watched and a.application_name <> own and a.usename = session_user
    on conflict (application, relation, mode) do update set last_seen = excluded.last_seen;
    commit;
    perform pg_sleep(0.01);
  end loop;
end $watch$;
$text$;
\o
-- The shell stays the parent of its psql and returns 0. The container's process 1 adopts it, and where that is the
-- postmaster, it takes any other exit code for a crashed backend and restarts the whole server.
\o watch.sh
select $watch$
export PGAPPNAME="one-roof/$ONE_ROOF_RUN/rehearsal-watch"
export PGOPTIONS='-c synchronous_commit=off -c statement_timeout=0 -c lock_timeout=0'
psql -X -q -w -d "$ONE_ROOF_CLONE" -f watch.sql
exit 0
$watch$;
\o
\! setsid sh watch.sh </dev/null >/dev/null 2>&1 &
do $watch$
declare
  watch text := 'one-roof/' || current_setting('one_roof.run_id') || '/rehearsal-watch';
  give_up timestamptz := clock_timestamp() + interval '5 seconds';
begin -- wait for the watch: it has to read its file before the wrapper removes this script's folder
  loop
    perform pg_stat_clear_snapshot();
    exit when exists (select from pg_stat_activity where application_name = watch and state = 'active');
    if clock_timestamp() > give_up then
      raise exception 'REFUSING: the watch over locks does not run, expected one session of it; look at the database log';
    end if;
    perform pg_sleep(0.02);
  end loop;
end $watch$;
select format('rehearsal_record relations=%s', count(*))
from one_roof_rehearsal.relation;
