-- The packages that this one requires and that are not released and sealed in this database, by name, into one_roof.wanting: what
-- the stamps of superusers' objects say. An application's comments count for nothing.
select set_config('one_roof.wanting', coalesce(string_agg(name, ', '), ''), false) as wanting
from string_to_table(current_setting('one_roof.requires'), ',') name
where not exists (select from pg_description d join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
  join pg_roles o on o.oid = c.relowner and o.rolsuper
  where d.objsubid = 0 and d.description ~ ('^one-roof run=\S+ state=released package=' || name || '\M(?!-)')) \gset
