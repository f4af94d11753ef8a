-- The objects that the release made or replaced: psql variable drift_objects, by name the aspects in the order of `place` below, each
-- as the first digits of its digest, the owner in clear; null for an object that is not there. Where all that would be too long, each
-- object has one digest. drift_digest, the digest of all of it, is whole.
with wanted(kind, name, class, id, part) as materialized (
  select 'table', t, 'pg_class'::regclass, to_regclass(format('public.%I', t))::oid, null
  from string_to_table(current_setting('one_roof.tables'), ' ') t
  union all select 'view', v, 'pg_class', to_regclass(format('public.%I', v)), null
  from string_to_table(current_setting('one_roof.views'), ' ') v
  union all select 'function', f, 'pg_proc', to_regprocedure('public.' || f), null
  from string_to_table(current_setting('one_roof.functions'), ';') f
  union all select 'view', r, 'pg_class', to_regclass(format('public.%I', r)), null
  from string_to_table(current_setting('one_roof.replaces', true), ';') r where r not like '%(%'
  union all select 'function', r, 'pg_proc', to_regprocedure('public.' || r), null
  from string_to_table(current_setting('one_roof.replaces', true), ';') r where r like '%(%'
  union all select 'column', c, 'pg_class', a.attrelid, a.attname::text
  from string_to_table(current_setting('one_roof.added_columns', true), ',') c left join pg_attribute a
    on a.attrelid = to_regclass(format('public.%I', split_part(c, '.', 1))) and a.attname = split_part(c, '.', 2) and not a.attisdropped
  union all select 'index', i, 'pg_class', to_regclass(format('public.%I', split_part(i, '.', 2))), null
  from string_to_table(current_setting('one_roof.added_indexes', true), ',') i
), relation as materialized (
  select w.kind, w.name, c.* from wanted w join pg_class c on w.class = 'pg_class'::regclass and c.oid = w.id and w.part is null
), routine as materialized (
  select w.kind, w.name, p.* from wanted w join pg_proc p on w.class = 'pg_proc'::regclass and p.oid = w.id
), aspect(kind, name, place, line) as (
  -- 1 definition
  select kind, name, 1, concat_ws('|', relkind, case when relkind in ('v', 'm') then pg_get_viewdef(oid) end,
    case when relkind in ('i', 'I') then pg_get_indexdef(oid) end) from relation
  union all select w.kind, w.name, 1, concat_ws('|', case when w.part is null then a.attnum end, a.attname,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation::regcollation,
    pg_get_expr(d.adbin, d.adrelid))
  from wanted w join pg_attribute a on w.class = 'pg_class'::regclass and a.attrelid = w.id and a.attname = coalesce(w.part, a.attname)
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped and w.kind <> 'index'
  union all select r.kind, r.name, 1, concat_ws('|', d.refobjsubid, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin,
    s.seqcycle) from relation r
  join pg_depend d on d.classid = 'pg_class'::regclass and d.refclassid = d.classid and d.refobjid = r.oid and d.deptype in ('a', 'i')
  join pg_sequence s on s.seqrelid = d.objid
  union all select kind, name, 1, pg_get_functiondef(oid) from routine
  -- 2 owner
  union all select kind, name, 2, pg_get_userbyid(relowner) from relation
  union all select kind, name, 2, pg_get_userbyid(proowner) from routine
  -- 3 grants
  union all select r.kind, r.name, 3, a.acl::text from relation r
  cross join lateral unnest(coalesce(r.relacl, acldefault('r', r.relowner))) a(acl) where r.kind <> 'index'
  union all select w.kind, w.name, 3, concat_ws('|', t.attname, a.acl) from wanted w join pg_attribute t
    on w.class = 'pg_class'::regclass and t.attrelid = w.id and t.attname = coalesce(w.part, t.attname)
  cross join lateral unnest(t.attacl) a(acl) where w.kind <> 'index'
  union all select p.kind, p.name, 3, a.acl::text from routine p
  cross join lateral unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a(acl)
  -- 4 constraints, 5 indexes, 6 triggers and rules, 7 policies, 8 options
  union all select r.kind, r.name, 4, concat_ws('|', k.conname, k.convalidated, pg_get_constraintdef(k.oid))
  from relation r join pg_constraint k on k.conrelid = r.oid
  union all select r.kind, r.name, 5, concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident)
  from relation r join pg_index i on i.indrelid = r.oid
  union all select r.kind, r.name, 6, concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled)
  from relation r join pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
  union all select r.kind, r.name, 6, concat_ws('|', pg_get_ruledef(w.oid), w.ev_enabled)
  from relation r join pg_rewrite w on w.ev_class = r.oid and w.rulename <> '_RETURN'
  union all select r.kind, r.name, 7, concat_ws('|', p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[],
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) from relation r join pg_policy p on p.polrelid = r.oid
  union all select kind, name, 7, concat_ws('|', relrowsecurity, relforcerowsecurity) from relation
  where relrowsecurity or relforcerowsecurity
  union all select kind, name, 8, concat_ws('|', relpersistence, relreplident, reloptions) from relation where kind <> 'index'
  -- 9 comments
  union all select w.kind, w.name, 9, concat_ws('|', d.objsubid, d.description) from wanted w
  join pg_description d on d.classoid = w.class and d.objoid = w.id
    and (w.part is null or d.objsubid = (select attnum from pg_attribute where attrelid = w.id and attname = w.part))
), whole(kind, name, place, line) as materialized (
  select kind, name, place, string_agg(line, E'\n' order by line collate "C") from aspect group by kind, name, place
), object as (
  select w.kind, w.name, case when w.id is not null then (
      select json_agg(case when p.place = 2 then t.line else left(encode(sha256(convert_to(t.line, 'UTF8')), 'hex'), 10) end
        order by p.place)
      from generate_series(1, 9) p(place) left join whole t on t.kind = w.kind and t.name = w.name and t.place = p.place) end as aspects
  from wanted w
), sized as (
  select json_object_agg(kind || ' ' || name, aspects order by kind, name)::text as each_aspect,
    json_object_agg(kind || ' ' || name, left(encode(sha256(convert_to(aspects::text, 'UTF8')), 'hex'), 10)
      order by kind, name)::text as each_object
  from object
)
select coalesce(case when length(each_aspect) <= 12000 then each_aspect else each_object end, '{}') as drift_objects,
  (select encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', kind, name, place, line), E'\n' order by kind, name, place), ''),
    'UTF8')), 'hex') from whole) as drift_digest
from sized \gset
