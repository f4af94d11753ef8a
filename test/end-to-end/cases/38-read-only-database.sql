-- expect 10 read_only
-- Operations want the database left alone, and said so as PostgreSQL lets one say it.
alter database directus set default_transaction_read_only = on;
