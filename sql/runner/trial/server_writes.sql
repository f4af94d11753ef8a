-- Why the server would not take what is written: one_roof.no_writes, a JSON list. Superusers alone are told of files and standbys.
\set read_only_file ''
select current_setting('is_superuser') as superuser \gset
\if :superuser
select coalesce(min(setting) filter (where applied), '') as read_only_file from pg_file_settings
where name = 'default_transaction_read_only' \gset
\endif
with waiting as (
  select names, coalesce((regexp_match(names, '^\s*(?:first\s|any\s)?\s*(\d+)\s*\(', 'i'))[1]::integer, 1) as wanted,
    (select count(*) from pg_stat_replication where state = 'streaming' and sync_state in ('sync', 'quorum')) as there
  from current_setting('synchronous_standby_names') names
), finding(code, sentence) as (
  select 'read_only', 'the database is a standby' where pg_is_in_recovery()
  union all
  select 'read_only', 'default_transaction_read_only is on: somebody wants the database left alone'
  where coalesce((select substr(c, strpos(c, '=') + 1)
      from pg_db_role_setting s cross join unnest(s.setconfig) c
      where starts_with(c, 'default_transaction_read_only=')
        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and s.setrole in (0, (select oid from pg_roles where rolname = current_setting('one_roof.writer')))
      order by s.setrole <> 0 desc, s.setdatabase <> 0 desc limit 1), nullif(:'read_only_file', ''), 'off')::boolean
  union all
  select 'commits_wait', format('a COMMIT would wait for %s of the standbys %L, and %s of them answer', wanted, names, there)
  from waiting where names <> '' and there < wanted and current_setting('synchronous_commit') <> 'local'
    and current_setting('is_superuser') = 'on'
)
select set_config('one_roof.no_writes', coalesce(json_agg(finding), '[]')::text, false) as no_writes from finding \gset
