-- Starts the guard, which holds the release's advisory lock on production, then copies production into the clone.
-- Every orphaned process of this script has to end with exit code 0. The container's process 1 adopts it, and where
-- that is the postmaster, it takes any other code for a crashed backend and restarts the whole server. The guard's
-- shell therefore waits for its psql and returns 0, and copy and analysis end before the wrapper's time-out, which
-- would end their parent as well.
\ir settings.sql
\ir dumper.sql
select clock_timestamp() as began \gset
\setenv ONE_ROOF_PRODUCTION :production
\setenv ONE_ROOF_CLONE :rehearsal_database
\setenv ONE_ROOF_SILENCE :silence
\setenv PGAPPNAME
\setenv PGUSER :USER
\o guard.sh
select $guard$
export PGOPTIONS='-c idle_session_timeout=0 -c statement_timeout=0 -c lock_timeout=0'
name="one-roof/$ONE_ROOF_RUN/rehearsal"
ask() { PGAPPNAME="$name-guard-asks" psql -X -q -w -A -t -d postgres -c "$1"; }
{
  cat <<EOT
set search_path = pg_catalog, pg_temp;
-- the advisory lock is open to every login, and so is a comment: whoever is no superuser has no business with the one, and no stamp
select count(pg_terminate_backend(l.pid, 1000)) as ended from pg_locks l join pg_stat_activity a on a.pid = l.pid
  join pg_roles r on r.oid = a.usesysid and not r.rolsuper
  where l.locktype = 'advisory' and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
    and l.database = (select oid from pg_database where datname = current_database()) \gset
select pg_try_advisory_lock_shared(20260603) as locked \gset
select :'locked' = 't' and not exists (select from pg_description d join pg_roles r on r.rolsuper and r.oid = coalesce(
    (select relowner from pg_class where d.classoid = 'pg_class'::regclass and oid = d.objoid),
    (select proowner from pg_proc where d.classoid = 'pg_proc'::regclass and oid = d.objoid))
  where d.objsubid = 0 and d.description ~ '^one-roof run=[^ ]+ state=applying ') as free \gset
\if :free
set application_name = '$name-guard';
\else
\q
\endif
EOT
  # A command that started and ended between two looks still shows in the clone's session count.
  silent=0 sessions=
  while [ "$silent" -lt "$ONE_ROOF_SILENCE" ]; do
    sleep 1
    before=$sessions
    sessions=$(ask "select case when not exists (select from pg_stat_activity
          where application_name in ('$name-guard', '$name-guard-starts') and usename = session_user) then 'gone'
        when exists (select from pg_stat_activity where application_name like '$name-%' and application_name not like '$name-guard%'
          and application_name <> '$name-watch' and usename = session_user) then 'busy'
        else (select sessions::text from pg_stat_database where datname = '$ONE_ROOF_CLONE') end")
    case $sessions in
      gone) break ;;
      busy) silent=0 ;;
      "$before") silent=$((silent + 1)) ;;
      *) silent=0 ;;
    esac
  done
  ask "drop database if exists \"$ONE_ROOF_CLONE\" with (force)"
} | PGAPPNAME="$name-guard-starts" psql -X -q -w -v ON_ERROR_STOP=1 -d "$ONE_ROOF_PRODUCTION"
exit 0
$guard$;
\o
\! setsid sh guard.sh </dev/null >/dev/null 2>&1 &
do $guard$
declare
  guard text := 'one-roof/' || current_setting('one_roof.run_id') || '/rehearsal-guard';
  give_up timestamptz := clock_timestamp() + interval '5 seconds';
  holders text;
begin
  loop
    perform pg_stat_clear_snapshot();
    exit when exists (select from pg_stat_activity where application_name = guard and usename = session_user);
    if clock_timestamp() > give_up then
      select string_agg(format('pid %s (application %s)', a.pid, coalesce(nullif(a.application_name, ''), 'unnamed')), '; ') into holders
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = 20260603 and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_setting('one_roof.production'));
      raise exception 'REFUSING: the release key on % is held by %, or a release is half applied there, expected neither; '
        'nothing was copied, wait until the release has ended',
        current_setting('one_roof.production'), coalesce(holders, 'nobody now');
    end if;
    perform pg_sleep(0.02);
  end loop;
end $guard$;
-- Ours alone until all of it is there: a restore computes what a table's definition says, with the rights of a superuser.
select format('create database %I with template template0 encoding %L lc_collate %L lc_ctype %L tablespace %I',
    :'rehearsal_database', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, t.spcname)
  || case to_jsonb(d) ->> 'datlocprovider'
       when 'i' then format(' locale_provider icu icu_locale %L', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'))
         || case when to_jsonb(d) ->> 'daticurules' is null then '' else format(' icu_rules %L', to_jsonb(d) ->> 'daticurules') end
       when 'b' then format(' locale_provider builtin builtin_locale %L', to_jsonb(d) ->> 'datlocale')
       else '' end
from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = :'production' \gexec
select format('revoke all on database %I from public', :'rehearsal_database') \gexec
\o copy.sh
select $copy$
export PGAPPNAME="one-roof/$ONE_ROOF_RUN/rehearsal-clone"
limit=$1
shift
exec 3>&1
dump() { timeout "$limit" pg_dump -w --no-subscriptions --lock-wait-timeout=10s -d "$ONE_ROOF_PRODUCTION" "$@" 2>dump.err; }
: >part.sql
blame() { # what could not be restored: its SQLSTATE, and the table of the COPY, or what pg_dump heads the line with; no row of it
  set -- $(sed -n 's/^psql:<stdin>:\([0-9]*\): [^:]*: *\([0-9A-Z]\{5\}\): .*/\1 \2/p' restore.out)
  [ $# -ge 2 ] || return 0
  at=$(sed -n 's/^\(CONTEXT: *\)\{0,1\}COPY \([^,]*\), .*/table \2/p' restore.out | head -n 1)
  [ -n "$at" ] || at=$(head -n "$1" part.sql | sed -n 's/^-- Name: \(.*\); Type: \(.*\); Schema: \(.*\); Owner: .*/\2 \3.\1/p' |
    tail -n 1)
  printf ': SQLSTATE %s at %s' "$2" "$at"
}
{
  export PGOPTIONS='-c default_transaction_read_only=on'
  # Materialised views stay empty: a release reads none, and filling them may need a search_path, rows or hours of their own. What is
  # left out is chosen by its kind in the list of contents, as a line of the text may be somebody's comment.
  case $* in
    *post-data*) dump -F custom -f post.dump "$@" && pg_restore -l post.dump >all.list &&
      grep -v '^[0-9]*; [0-9]* [0-9]* MATERIALIZED VIEW DATA ' all.list >some.list && pg_restore -f - -L some.list post.dump 2>>dump.err ;;
    *) dump "$@" ;;
  esac || echo "pg_dump failed;" >&3
} | {
  export PGOPTIONS='-c synchronous_commit=off -c lc_messages=C'
  # pg_dump of 17 sets a time-out that a server of 16 does not know. Only the head may be edited: below, it may be a row.
  while IFS= read -r line; do
    case $line in "SET transaction_timeout = 0;") continue ;; esac
    printf "%s\n" "$line"
    case $line in "SET client_encoding = "*) break ;; esac
  done >head.sql
  case $* in *section=data*) cat ;; *) tee part.sql ;; esac |
    timeout "$limit" psql -X -q -w -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -d "$ONE_ROOF_CLONE" -f head.sql -f - >restore.out 2>&1 ||
    echo "psql failed$(blame);" >&3
}
$copy$;
\o
\set copied `sh copy.sh 60 --section=pre-data`
\ir copied.sql
-- The definitions are there, and nothing was computed by them: what would be is looked at before the rows come.
\connect :rehearsal_database
\ir settings.sql
\set begin 'begin transaction isolation level repeatable read read only'
\ir prove_copy.sql
commit;
\connect postgres
\ir settings.sql
\set copied `sh copy.sh 350 --section=data`
\ir copied.sql
\set copied `sh copy.sh 300 --section=post-data`
\ir copied.sql
\! PGAPPNAME="one-roof/$ONE_ROOF_RUN/rehearsal-clone" timeout 60 psql -X -q -w -d "$ONE_ROOF_CLONE" -c analyze >/dev/null 2>&1
-- Owner, grants, settings and comment of the database itself, which pg_dump leaves out without --create.
select format('alter database %I owner to %I', :'rehearsal_database', pg_get_userbyid(datdba))
from pg_database where datname = :'production'
union all
select format('grant connect, temporary on database %I to public', :'rehearsal_database')
from pg_database where datname = :'production' and datacl is null
union all
select format('grant %I on database %I to %s%s', lower(a.privilege_type), :'rehearsal_database',
    case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
    case when a.is_grantable then ' with grant option' else '' end)
from pg_database d cross join lateral aclexplode(d.datacl) a where d.datname = :'production' \gexec
select format('alter %s set %I to %s', case s.setrole when 0 then format('database %I', :'rehearsal_database')
      else format('role %I in database %I', pg_get_userbyid(s.setrole), :'rehearsal_database') end, split_part(c, '=', 1),
    case when split_part(c, '=', 1) in ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
      then (select coalesce(string_agg(quote_literal(coalesce(replace(item[1], '""', '"'), item[2])), ', '), quote_literal(''))
            from regexp_matches(substr(c, strpos(c, '=') + 1), '"((?:[^"]|"")*)"|([^",\s]+)', 'g') item) -- a list, each item by itself
      else quote_literal(substr(c, strpos(c, '=') + 1)) end)
from pg_db_role_setting s cross join lateral unnest(s.setconfig) c
where s.setdatabase = (select oid from pg_database where datname = :'production') \gexec
select format('comment on database %I is %L', :'rehearsal_database', shobj_description(oid, 'pg_database')) from pg_database
where datname = :'production' and shobj_description(oid, 'pg_database') is not null \gexec
select format('rehearsal_clone bytes=%s seconds=%s', pg_database_size(:'rehearsal_database'),
  round(extract(epoch from clock_timestamp() - :'began'::timestamptz), 1));
