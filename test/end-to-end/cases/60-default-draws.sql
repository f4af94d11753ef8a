-- expect 0
-- A column of the application takes its number from a sequence of its own, also for rows of the release.
create sequence public.app_ticket;
alter table public.governance_object_ownership add column ticket bigint default nextval('public.app_ticket');
