-- Tier 1, structure: everything that the release creates, with the stamp of its run.
\set writes 'greetings'
\set locks ''
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/name_run.sql
\ir ../runner/stamps.sql
\ir absent.sql
create table public.greetings (greeting text primary key, created_by text not null);
\set mark ''
\ir ../runner/stamp_objects.sql
grant select on public.greetings to new_database_reader;
insert into public.greetings (greeting, created_by) values ('hello', 'first_release');
do $after$
declare
  made bigint;
begin
  select count(*) into made from public.greetings;
  if made <> 1 then
    raise exception 'REFUSING: tier 1 made % greetings, expected 1; roll back', made;
  end if;
end $after$;
select format('greetings=%s', count(*)) as proof from public.greetings \gset
\ir ../runner/close_tier.sql
select :'proof';
