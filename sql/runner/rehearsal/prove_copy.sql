-- Begins a transaction on the clone, by the statement in :begin, in which nothing of a stranger's runs while every relation is
-- read: the clone has the owner that production has, who may have changed it since it was filled.
\set restored yes
select set_config('one_roof.reads', '', false) as named, set_config('one_roof.existing_written', '', false) as written \gset
\ir ../untrusted_code.sql
execute untrusted_code \gset
:begin ;
lock table :tree in row exclusive mode;
lock table pg_catalog.pg_cast, pg_catalog.pg_inherits, pg_catalog.pg_statistic_ext in share mode;
execute untrusted_code \gset
\ir ../refuse_untrusted.sql
