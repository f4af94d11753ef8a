-- Drops the tables of the release, the last one first, and refuses to go on while anything that it created is left.
do $drop_tables$
declare
  item text;
  objects bigint;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  end if;
  for item in select t from string_to_table(current_setting('one_roof.tables'), ' ') with ordinality as u(t, place) order by place desc loop
    if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
      execute format('drop table public.%I', item);
    end if;
  end loop;
  select (select count(*) from pg_class where relnamespace = 'public'::regnamespace
            and relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' ')))
         + (select count(*) from string_to_table(current_setting('one_roof.functions'), ';') f
            where to_regprocedure('public.' || f) is not null) into objects;
  if objects <> 0 then
    raise exception 'REFUSING: after the undo % objects of this release are there, expected 0; nothing was kept, a human has to look',
      objects;
  end if;
  perform set_config('one_roof.outcome', 'undone', false);
end $drop_tables$;
