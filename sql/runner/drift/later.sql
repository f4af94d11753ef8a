-- Releases that build on this one, as their stamps say: psql variable later, a JSON list of package and run. What they have planned to
-- change of this one's is no drift.
select coalesce(json_agg(json_build_object('package', package, 'run', run) order by package, run), '[]') as later
from (
  select distinct s[2] as package, s[1] as run
  from pg_description d join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
  join pg_roles o on o.oid = c.relowner and o.rolsuper
  cross join lateral regexp_match(d.description, '^one-roof run=([0-9a-f]{12}) state=\S+ package=(\S+) requires=(\S+)') s
  where d.objsubid = 0 and starts_with(d.description, 'one-roof run=')
    and current_setting('one_roof.package') = any (string_to_array(s[3], ','))
) later \gset
