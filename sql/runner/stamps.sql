-- Reads which objects of this release are there and which run stamped them, into one_roof.stamps (JSON). Only the catalogue
-- is read, which locks none of the objects. A stamp is the first line of an object's comment:
-- one-roof run=<id> state=<applying|released> package=<name>, requires=<names> if any, since=<UTC>, then what the package wants to
-- remember, as <name>=<last_value>/<is_called>. It counts on what a superuser owns: whoever owns the schema can put something of his
-- own, with the same comment, in the place of ours.
with listed as (
  select c.oid, c.relowner as owner, 'pg_class'::regclass as catalog, c.relname::text as name,
    format('public.%I', c.relname) as target,
    case when c.relkind = 'r' and c.relname = any (string_to_array(current_setting('one_roof.tables'), ' ')) then 'table'
         when c.relkind = 'v' and c.relname = any (string_to_array(current_setting('one_roof.views'), ' ')) then 'view' end as kind
  from pg_class c
  where c.relnamespace = 'public'::regnamespace
    and c.relname = any (string_to_array(current_setting('one_roof.tables') || ' ' || current_setting('one_roof.views'), ' '))
  union all
  select p.oid, p.proowner, 'pg_proc'::regclass, p.proname::text,
    format('public.%I(%s)', p.proname, oidvectortypes(p.proargtypes)),
    case when format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)) = any (string_to_array(current_setting('one_roof.functions'), ';'))
         then 'function' end
  from pg_proc p
  where p.pronamespace = 'public'::regnamespace
    and p.proname in (select split_part(f, '(', 1) from string_to_table(current_setting('one_roof.functions'), ';') f)
), described as materialized (
  select l.*, d.description, split_part(d.description, E'\n', 1) as line
  from listed l left join pg_description d on d.objoid = l.oid and d.classoid = l.catalog and d.objsubid = 0
), lines as materialized ( -- a match costs more than all the rest
  select line, regexp_match(line, '^one-roof run=([0-9a-f]{12}|hand-[0-9]{8}T[0-9]{6}Z) state=(applying|released)'
    || '(?: package=[a-z0-9-]+)?(?: requires=[a-z0-9,-]+)?(?: since=([0-9TZ:-]+))?((?: [a-z_]+=-?[0-9]+/[tf])*)$') as stamp
  from (select distinct line from described) each_line
), stamped as (
  select d.*, l.stamp[1] as run, l.stamp[2] as state, l.stamp[3] as since, trim(l.stamp[4]) as mark,
    l.stamp[1] = coalesce(nullif(current_setting('one_roof.run_id'), ''), l.stamp[1]) as own
  from described d left join pg_roles r on r.oid = d.owner left join lines l on l.line = d.line and r.rolsuper
)
select json_build_object(
  'present', coalesce(string_agg(name, ' ' order by name), ''),       -- every object with one of our names
  'found', count(*) filter (where kind is not null or catalog = 'pg_class'::regclass), -- how many, without overloads of functions
  'objects', count(kind),
  'strangers', count(kind) filter (where run is null),
  'stamped', count(run), 'runs', count(distinct run), 'run', min(run), 'state', max(state), 'since', max(since), 'mark', min(mark),
  'told', case when bool_and(run is not null) filter (where kind is not null or catalog = 'pg_class'::regclass) and count(distinct run) = 1
    then format(case when max(state) = 'released' then 'run %s, sealed since %s: this release is complete and in use'
      else 'run %s, applying since %s: it did not end; roll it back' end, min(run), coalesce(max(since), 'a time unknown'))
    else 'they carry no stamp of one run: ask whose they are, drop nothing' end,
  'released', count(kind) filter (where state = 'released'),
  'own', count(*) filter (where own), -- of this run, or of any
  'own_applying', count(kind) filter (where own and state = 'applying'),
  'own_released', count(*) filter (where own and state = 'released'),
  'own_tables', count(*) filter (where own and kind = 'table'),
  'own_views', count(*) filter (where own and kind = 'view'),
  'own_functions', count(*) filter (where own and kind = 'function'),
  'damaged', count(*) filter (where run is null and starts_with(line, 'one-roof run=' || current_setting('one_roof.run_id') || ' ')),
  'not_own', string_agg(name, ', ' order by name) filter (where own is not true and (kind is not null or catalog = 'pg_class'::regclass)),
  'comments', json_agg(json_build_object('kind', kind, 'target', target, 'description', description, 'run', run, 'state', state,
    'since', since) order by target) filter (where kind is not null)
) as stamps
from stamped \gset
select set_config('one_roof.stamps', :'stamps', false) as stamps \gset
