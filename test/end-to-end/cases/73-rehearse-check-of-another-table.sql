-- expect 13 SQLSTATE 23514 at table app_amount (rehearse)
-- A check looks into another table, which is still empty when a dump is restored: table by table, by name.
create table public.app_limit (most integer not null);
insert into public.app_limit values (10);
create function public.app_within(n integer) returns boolean language sql stable as $f$
  select exists (select from public.app_limit where most >= n) $f$;
create table public.app_amount (n integer check (public.app_within(n)));
insert into public.app_amount values (3);
