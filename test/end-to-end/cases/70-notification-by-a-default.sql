-- expect 0 column app_seen of table public.governance_object_ownership sends notifications
-- A column of a table that is written is filled by a function that sends a message for every row.
create function public.app_seen() returns timestamptz language plpgsql as $f$ begin perform pg_notify('app', 'row'); return now(); end $f$;
alter table public.governance_object_ownership add column app_seen timestamptz;
alter table public.governance_object_ownership alter column app_seen set default public.app_seen();
