-- By name: what of this run is still there, as `ours`; and what others have changed since the snapshot `entry_snapshot`, as `others`.
-- What is ours carries the run's stamp, on something of a superuser's, or depends on what does; an owner alone proves nothing, and so
-- does a comment, which everybody writes on what is his. The relations of the plan are compared by their own digests instead, as the
-- release may touch them and put them back. What is gone has no row, and so no name here.
\if :{?entry_snapshot} \else \set entry_snapshot '' \endif
with recursive horizon as (
  select nullif(:'entry_snapshot', '')::pg_snapshot as entry, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next
  where :'entry_snapshot' <> ''
), stamped as (
  select d.classoid as class, d.objoid as id from pg_description d join pg_roles r on r.rolsuper and r.oid = coalesce(
    (select relowner from pg_class where d.classoid = 'pg_class'::regclass and oid = d.objoid),
    (select proowner from pg_proc where d.classoid = 'pg_proc'::regclass and oid = d.objoid))
  where d.objsubid = 0 and starts_with(d.description, 'one-roof run=' || current_setting('one_roof.run_id') || ' ')
), known as (
  select class, id from stamped
  union select 'pg_class'::regclass, c.oid from pg_class c where c.relnamespace = 'public'::regnamespace
    and c.relname = any (string_to_array(regexp_replace(current_setting('one_roof.existing'), '=[^,]*', '', 'g'), ','))
  union select d.classid, d.objid from known k join pg_depend d on d.refclassid = k.class and d.refobjid = k.id and d.deptype in ('a', 'i')
), versions(class, id, x) as (
  select 'pg_class', oid, xmin from pg_class where relkind not in ('t', 'c')
  union all select 'pg_class', attrelid, xmin from pg_attribute union all select 'pg_class', ev_class, xmin from pg_rewrite
  union all select 'pg_class', seqrelid, xmin from pg_sequence union all select 'pg_class', adrelid, xmin from pg_attrdef
  union all select 'pg_constraint', oid, xmin from pg_constraint union all select 'pg_policy', oid, xmin from pg_policy
  union all select 'pg_trigger', oid, xmin from pg_trigger where not tgisinternal
  union all select 'pg_proc', oid, xmin from pg_proc union all select 'pg_extension', oid, xmin from pg_extension
  union all select 'pg_type', oid, xmin from pg_type where typtype in ('d', 'e')
  union all select 'pg_type', enumtypid, xmin from pg_enum union all select 'pg_namespace', oid, xmin from pg_namespace
  union all select 'pg_event_trigger', oid, xmin from pg_event_trigger union all select 'pg_default_acl', oid, xmin from pg_default_acl
  union all select classoid::regclass::text, objoid, xmin from pg_description
  union all select 'pg_operator', oid, xmin from pg_operator union all select 'pg_opclass', oid, xmin from pg_opclass
  union all select 'pg_cast', oid, xmin from pg_cast union all select 'pg_authid', oid, xmin from pg_authid
  union all select 'pg_authid', member, xmin from pg_auth_members
  union all select case setrole when 0 then 'pg_database' else 'pg_authid' end, coalesce(nullif(setrole, 0), setdatabase), xmin
    from pg_db_role_setting
), named as (
  select 'ours' as who, pg_describe_object(class, id, 0) as name from stamped
  union select 'others', pg_describe_object(class::regclass, id, 0)
  from versions cross join horizon
    cross join lateral (select next - ((next - x::text::bigint) & 4294967295)) w(xid) -- with the epoch that a row does not keep
  where xid >= pg_snapshot_xmin(entry)::text::bigint and not pg_visible_in_snapshot(xid::text::xid8, entry)
    and (class::regclass, id) not in (select class, id from known)
)
select case :'entry_snapshot' when '' then '{}' else json_build_object(
  'ours', coalesce(string_agg(name, E'\n' order by name) filter (where who = 'ours'), ''),
  'others', coalesce(string_agg(name, E'\n' order by name) filter (where who = 'others'), ''))::text end as changed
from (select who, name, row_number() over (partition by who order by name) as place from named) placed where place <= 50 \gset
