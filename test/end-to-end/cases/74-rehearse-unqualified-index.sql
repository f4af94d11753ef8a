-- expect 13 SQLSTATE 42883 at INDEX public.app_folded (rehearse)
-- An index is computed by a function that names another one without its schema: fine in production, but a restore has no search_path.
create function public.app_bare(code text) returns text language sql immutable as $f$ select replace(code, '-', '') $f$;
create function public.app_fold(code text) returns text language plpgsql immutable as $f$ begin return lower(app_bare(code)); end $f$;
create table public.app_code (code text);
insert into public.app_code values ('A-1');
create index app_folded on public.app_code (public.app_fold(code));
