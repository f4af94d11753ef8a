-- The read role sees what the application creates, by default privileges of the role directus.
-- What workflow_admin creates is readable only where it says so: a release must grant for itself.
grant usage on schema public to context_pack_readonly;
alter default privileges for role directus in schema public grant select on tables to context_pack_readonly;
