-- expect 10 reader_login
-- The password of the outside reader has run out.
alter role context_pack_readonly valid until '2020-01-01';
