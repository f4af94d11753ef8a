-- expect 10 reader_login
-- The outside reader is shut out by its limit of connections.
alter role context_pack_readonly connection limit 0;
