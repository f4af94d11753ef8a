-- Opens a script that only reads: one snapshot for all of it, on the right database.
\ir session.sql
begin transaction isolation level repeatable read read only;
\ir guard_database.sql
