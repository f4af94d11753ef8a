-- expect 10 commits_wait
-- The standby that has to confirm every COMMIT has gone.
alter system set synchronous_standby_names = 'gone';
select pg_reload_conf();
