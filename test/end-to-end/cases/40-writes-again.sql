-- expect 0
-- Read only for everybody, but not for the role that releases.
alter database directus set default_transaction_read_only = on;
alter role workflow_admin in database directus set default_transaction_read_only = off;
