-- expect 0
-- The same kind, at the role instead of the database.
alter role workflow_admin set quote_all_identifiers = on;
alter role workflow_admin in database directus set standard_conforming_strings = off;
alter role workflow_admin set default_transaction_isolation = 'serializable';
