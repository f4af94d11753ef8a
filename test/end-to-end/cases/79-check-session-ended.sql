-- expect 1 functions-known (check)
-- A tier makes room for itself by ending the sessions of the application.
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'directus';
