-- The rows that the release wrote: psql variable drift_rows, by table. Of its own tables all that are there at the seal, but for those
-- of the plan's drift_changing; of relations that were there before those that drift_rows of the plan tells by a column. Later, rows of
-- the seal's snapshot count into `rows` and `sum` and are listed first; what was written since may be one of them, changed.
do $rows$
declare
  sealed pg_snapshot := nullif(current_setting('one_roof.sealed_snapshot'), '')::pg_snapshot;
  next bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
  written record;
  one json;
  found json[] := '{}';
  unread text[] := '{}';
  hash text;
begin
  for written in
    select c.oid, c.relname, known.key, mark.column_name, mark.value from (
      select t as relation, null as column_name, null as value from string_to_table(current_setting('one_roof.tables'), ' ') t
      where t <> all (string_to_array(coalesce(current_setting('one_roof.drift_changing', true), ''), ' '))
      union all select split_part(r, '=', 1), split_part(r, '=', 2), split_part(r, '=', 3)
      from string_to_table(current_setting('one_roof.drift_rows', true), ',') r
    ) mark
    join pg_class c on c.relnamespace = 'public'::regnamespace and c.relname = mark.relation and c.relkind = 'r'
    cross join lateral (select string_agg(format('o.%I', a.attname), ', ' order by a.attnum) as key from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = c.oid and i.indisprimary) known
    order by c.relname
  loop
    if not has_table_privilege(written.oid, 'select') or row_security_active(written.oid) then
      unread := unread || written.relname::text;
      continue;
    end if;
    hash := 'hash_record_extended(o, 0)';
    loop
      begin -- the row as it is, not its text, which settings change; what cannot be hashed so, such as json, is hashed as text
        execute format($q$select json_build_object('table', %L, 'rows', count(*) filter (where old), 'sum',
            coalesce(sum(hash) filter (where old), 0)::text, 'all', count(*), 'listed', coalesce(json_agg(json_build_array(key,
            left(to_hex(hash), 10), old) order by old desc, key) filter (where place <= 500), '[]'))
          from (select key, hash, old, row_number() over (order by old desc, key) as place from (
            select %s as hash, coalesce(left(concat_ws('/', %s), 80), to_hex(%s)) as key, $1 is null
              or pg_visible_in_snapshot(greatest($2 - (($2 - o.xmin::text::bigint) & 4294967295), 0)::text::xid8, $1) as old
            from public.%I o where %s) r) r$q$,
          written.relname, hash, coalesce(written.key, 'null'), hash, written.relname,
          case when written.column_name is null then 'true' else format('o.%I::text = %L', written.column_name, written.value) end)
        into one using sealed, next;
        exit;
      exception when undefined_function then
        if hash like 'hashtext%' then
          raise;
        end if;
        hash := 'hashtextextended(o::text, 0)';
      end;
    end loop;
    found := found || one;
  end loop;
  perform set_config('one_roof.drift_found', array_to_json(found)::text, true), set_config('one_roof.drift_unread', unread::text, true);
end $rows$;
with found as materialized (
  select t ->> 'table' as name, t ->> 'rows' as rows, t ->> 'sum' as sum, (t ->> 'all')::bigint as total, t -> 'listed' as listed
  from json_array_elements(current_setting('one_roof.drift_found')::json) t
), room as (
  select f.name, r ->> 0 as key, r ->> 1 as hash, length(:'drift_objects') + 2500
    + sum(length((r -> 0)::text) + 16) over (order by (r ->> 2)::boolean desc, f.total, f.name, place) <= 19500 as fits
  from found f cross join lateral json_array_elements(f.listed) with ordinality e(r, place)
), listed as (
  select name, json_object_agg(key, hash) filter (where fits) as keys, count(*) filter (where fits) as fitting from room group by name
)
select coalesce(json_object_agg(name, case when name = any (current_setting('one_roof.drift_unread')::text[]) then null
    else json_build_object('rows', rows::bigint, 'sum', sum, 'whole', coalesce(fitting, 0) = total, 'keys', coalesce(keys, '{}')) end
  order by name), '{}') as drift_rows
from (select name, rows, sum, total from found
  union all select unnest(current_setting('one_roof.drift_unread')::text[]), null, null, null) t left join listed using (name) \gset
