-- expect 10 FATAL:  zu viele Verbindungen (german)
-- The outside reader is shut out by its limit of connections, on a server that speaks German.
alter role context_pack_readonly connection limit 0;
