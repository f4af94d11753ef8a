-- expect 0 Publication app_schema carries
-- Change data capture of a schema.
create publication app_schema for tables in schema public;
