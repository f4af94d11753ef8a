-- expect 10 reader_login
-- The schema was closed to everybody who is not named.
revoke usage on schema public from public;
revoke usage on schema public from context_pack_readonly;
