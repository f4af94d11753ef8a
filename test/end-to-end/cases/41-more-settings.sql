-- expect 0
-- More settings that change what text means.
alter database directus set datestyle = 'German, DMY';
alter database directus set array_nulls = off;
alter database directus set bytea_output = 'escape';
alter database directus set transform_null_equals = on;
alter database directus set timezone = 'Asia/Kathmandu';
