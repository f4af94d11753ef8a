-- expect 0
-- A standby has gone, but what this role commits waits for none.
alter role workflow_admin in database directus set synchronous_commit = 'local';
alter system set synchronous_standby_names = 'gone';
select pg_reload_conf();
