-- Roles belong to the whole server: each is created only where it is missing.
--   workflow_admin         superuser, the write channel
--   directus               the application: owns the public tables, not a superuser
--   context_pack_readonly  the read channel
select format('create role %I login %s', name, attributes)
from (values
  ('workflow_admin', 'superuser'),
  ('directus', 'nosuperuser'),
  ('context_pack_readonly', 'nosuperuser')
) as needed (name, attributes)
where not exists (select from pg_roles where rolname = name)
\gexec
