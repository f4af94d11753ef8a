-- expect 10 commits_wait
-- Two of three standbys have to have applied what is committed, and none is there.
alter database directus set synchronous_commit = 'remote_apply';
alter system set synchronous_standby_names = 'ANY 2 (a, b, c)';
select pg_reload_conf();
