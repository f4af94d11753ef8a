-- Tier 0, preflight: refuses whatever has changed since the gate was read. Writes nothing.
\ir ../runner/open_reader.sql
\ir approval.sql
\ir ../runner/stamps.sql
\ir absent.sql
\ir ../runner/close_reader.sql
select 'preflight greetings=absent';
