-- expect 10 read_only
-- The same, said for the role that would release, in words that PostgreSQL reads as well.
alter role workflow_admin in database directus set default_transaction_read_only = 'yes';
