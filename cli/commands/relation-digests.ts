/**
 * One digest per relation, for naming what differs: kind, owner, settings, grants, comment, columns, constraints,
 * indexes, triggers and definition. The proof itself is `sql/runner/fingerprint.sql`, which a release runs.
 */
export const relationDigests = `
begin transaction isolation level repeatable read read only;
set local search_path = pg_catalog;
select 'relations ' || coalesce(json_object_agg(name, digest order by name), '{}') from (
  select format('%I.%I', n.nspname, c.relname) as name, encode(sha256(convert_to(concat_ws(E'\\n',
    c.relkind, pg_get_userbyid(c.relowner), array_to_string(c.reloptions, ','), c.relrowsecurity, obj_description(c.oid, 'pg_class'),
    (select string_agg(a::text, ',' order by a::text) from unnest(c.relacl) a),
    (select string_agg(concat_ws('|', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_get_expr(d.adbin, d.adrelid), a.attacl, col_description(c.oid, a.attnum)), E'\\n' order by a.attnum)
     from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    (select string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), E'\\n' order by k.conname) from pg_constraint k where k.conrelid = c.oid),
    (select string_agg(pg_get_indexdef(i.indexrelid), E'\\n' order by 1) from pg_index i where i.indrelid = c.oid),
    (select string_agg(pg_get_triggerdef(t.oid) || t.tgenabled::text, E'\\n' order by t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal),
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end), 'UTF8')), 'hex') as digest
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
) relations;
commit;
`;
