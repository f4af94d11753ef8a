-- Opens a script that only reads: trusted, and on the right database.
\ir open_trusted.sql
\ir guard_database.sql
\ir refuse_untrusted.sql
