-- expect 0
-- A prepared transaction on a table that the release leaves alone stands in nobody's way.
create table public.app_transfer (amount numeric);
begin;
insert into public.app_transfer values (12.50);
prepare transaction 'app-3';
