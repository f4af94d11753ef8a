-- expect 13 table public.app_new
-- A migration of the application runs beside the release: tables, an index, a comment, a grant, a function.
-- meanwhile
create table public.app_new (id bigint generated always as identity primary key, name text not null unique);
create index app_taxonomy on public.taxonomy (code text_pattern_ops);
comment on table public.taxonomy is 'Told apart.';
grant select on public.taxonomy to directus;
create function public.app_answer() returns integer language sql immutable as $f$ select 42 $f$;
