-- expect 0 (rehearse)
-- A materialised view of another one, with an index, refreshed in production.
create materialized view public.app_first as select code from public.taxonomy;
create unique index on public.app_first (code);
create materialized view public.app_second as select count(*) as n from public.app_first;
