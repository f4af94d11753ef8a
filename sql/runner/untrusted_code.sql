-- Prepares `execute untrusted_code`: what of a stranger's would run if we read one_roof.reads and wrote one_roof.existing_written, or,
-- with `restored` = yes, filled a copy of the database. From the catalogue alone. It gives `untrusted`, a JSON list of sentences,
-- and `tree`, the relations on the way, joined by ', '; the settings one_roof.untrusted and one_roof.tree (oids) hold the same.
-- A stranger is whoever is no superuser. Reading runs a view's functions, expressions of indexes, statistics, checks and policies;
-- writing runs triggers, their conditions and rules too, and the other sides of foreign keys. A cast or an event trigger runs unasked.
-- The body of a function is text, split at ASCII of no name: what it names, in small letters or quotes too, is reached and written.
\if :{?restored} \else \set restored no \endif
\set untrusted ''
\set tree ''
deallocate all; -- another script of the same session has prepared it
prepare untrusted_code as
with recursive super as materialized (
  select oid from pg_roles where rolsuper
), named as materialized (
  select c.oid, case when c.relname = any (string_to_array(current_setting('one_roof.existing_written'), ' ')) then 'w' else 'r' end as mode
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relname = any (string_to_array(current_setting('one_roof.reads'), ' '))
  union -- a copy of the whole database is computed while it is restored, and read while it is compared
  select c.oid, 'r' from pg_class c
  where :'restored' = 'yes' and c.oid >= 16384
    and (c.relkind in ('r', 'p')
      or c.oid in (select i.indexrelid from pg_index i join pg_class m on m.oid = i.indrelid and m.relkind = 'm'))
), node(class, id, mode, via) as (
  select 'pg_class'::regclass::oid, oid, mode, oid::regclass::text from named
  union select 'pg_proc'::regclass, evtfoid, 'w', 'event trigger ' || evtname from pg_event_trigger where evtenabled <> 'D'
  union select part.class, part.id, 'w', c.relname -- what hangs on tables of the release between two of its tiers
  from (select oid, relname::text, relowner from pg_class where relnamespace = 'public'::regnamespace
      and relname = any (string_to_array(current_setting('one_roof.tables', true), ' ')) offset 0) c
  cross join lateral (
    select 'pg_trigger'::regclass, oid from pg_trigger where tgrelid = c.oid and not tgisinternal and tgenabled <> 'D'
    union all select 'pg_class'::regclass, conrelid from pg_constraint where confrelid = c.oid and conrelid <> c.oid
      and contype = 'f' and (select relowner from pg_class where oid = conrelid) <> c.relowner) part(class, id)
  union select 'pg_proc'::regclass, castfunc, 'w', format('cast %s to %s', castsource::regtype, casttarget::regtype)
  from pg_cast where oid >= 16384 and castfunc <> 0
  union select next.class, next.id, next.mode, n.via
  from node n
  cross join lateral (
    -- whatever the definition of an object names; a rule, that of a view too, writes where it is written
    select d.refclassid, d.refobjid, case n.class when 'pg_rewrite'::regclass then n.mode else 'r' end from pg_depend d
    where d.classid = n.class and d.objid = n.id and d.deptype in ('n', 'a', 'i')
      and d.refclassid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass,
        'pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_ts_config'::regclass, 'pg_collation'::regclass)
    union all select part.class, part.id, part.mode
    from (
      select 'pg_rewrite'::regclass, oid, n.mode from pg_rewrite where ev_class = n.id
      union all select 'pg_class'::regclass, indexrelid, 'r' from pg_index where indrelid = n.id
      union all select 'pg_statistic_ext'::regclass, oid, 'r' from pg_statistic_ext where stxrelid = n.id
      union all select 'pg_constraint'::regclass, oid, 'r' from pg_constraint where conrelid = n.id and contype in ('c', 'x')
      union all select 'pg_policy'::regclass, oid, 'r' from pg_policy where polrelid = n.id and :'restored' = 'no'
      union all select 'pg_class'::regclass, inhrelid, n.mode from pg_inherits where inhparent = n.id
      union all select 'pg_attrdef'::regclass, f.oid, 'r'
        from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
        where f.adrelid = n.id and (n.mode = 'w' or a.attgenerated <> '') -- a read computes the virtual columns of 18
      union all select 'pg_trigger'::regclass, oid, 'w' from pg_trigger
        where tgrelid = n.id and n.mode = 'w' and not tgisinternal and tgenabled <> 'D'
      union all select 'pg_class'::regclass, confrelid, 'r' from pg_constraint where conrelid = n.id and contype = 'f' and n.mode = 'w'
      union all select 'pg_class'::regclass, conrelid,
        case when confdeltype in ('a', 'r') and confupdtype in ('a', 'r') then 'r' else 'w' end
        from pg_constraint where confrelid = n.id and contype = 'f' and n.mode = 'w'
    ) part(class, id, mode)
    where n.class = 'pg_class'::regclass
    union all select 'pg_proc'::regclass, a.amproc::oid, 'r' from pg_opclass c join pg_amproc a on a.amprocfamily = c.opcfamily
    where n.class = 'pg_opclass'::regclass and c.oid = n.id
    union all select 'pg_constraint'::regclass, k.oid, 'r' from pg_constraint k where n.class = 'pg_type'::regclass and k.contypid = n.id
    union all select 'pg_class'::regclass, t.typrelid, 'r' from pg_type t where n.class = 'pg_type'::regclass and t.oid = n.id
    union all select w.class, w.id, 'w'
    from pg_proc p
    cross join lateral (
      select unnest(regexp_split_to_array(concat_ws(' ', p.prosrc, lower(p.prosrc)), '[\u0001-#%-/:-@[-^`{-\u007f]+')) as word
      union select replace(q, chr(1), '"') from unnest(string_to_array(replace(p.prosrc, '""', chr(1)), '"')) q) t
    cross join lateral (
      select 'pg_class'::regclass, c.oid from pg_class c where c.relname = t.word and c.relkind in ('r', 'p', 'v', 'm', 'f')
      union all select 'pg_proc'::regclass, f.oid from pg_proc f where f.proname = t.word
    ) w(class, id)
    where n.class = 'pg_proc'::regclass and p.oid = n.id and w.id >= 16384
      and exists (select from pg_language l where l.oid = p.prolang and l.lanname not in ('c', 'internal'))
  ) next(class, id, mode)
  where next.id >= 16384
), reached as materialized (
  select class, id, min(via) as via from node group by class, id
), path as ( -- the schemas in which a function that we reach, or a login of ours, looks for what is PostgreSQL's
  select distinct case s.name when '$user' then r.rolname else s.name end as name
  from (
    select unnest(p.proconfig) from reached n cross join lateral (select proconfig from pg_proc where oid = n.id offset 0) p
    where n.class = 'pg_proc'::regclass
    union all select unnest(setconfig) from pg_db_role_setting
    where setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and setrole in (select 0::oid union all select oid from pg_roles
        where rolname in (session_user, current_setting('one_roof.writer', true)))
  ) c(c)
  cross join lateral (select btrim(btrim(item), '"') from unnest(string_to_array(substr(c, 13), ',')) item) s(name)
  left join pg_roles r on s.name = '$user' and r.rolsuper
  where starts_with(c, 'search_path=')
), verdict as (
  select n.via, pg_describe_object(n.class, n.id, 0) as what, o.owner
  from reached n
  cross join lateral (
    select proowner from pg_proc where n.class = 'pg_proc'::regclass and oid = n.id
    union all select oprowner from pg_operator where n.class = 'pg_operator'::regclass and oid = n.id
    union all select opcowner from pg_opclass where n.class = 'pg_opclass'::regclass and oid = n.id
    union all select relowner from pg_class where n.class = 'pg_class'::regclass and oid = n.id and relkind in ('v', 'f')
  ) o(owner)
  where o.owner not in (select oid from super)
  union all -- a foreign table is another database's word, whoever owns it
  select n.via, 'foreign table ' || n.id::regclass, c.relowner
  from reached n join pg_class c on c.oid = n.id and c.relkind = 'f' where n.class = 'pg_class'::regclass
  union all select 'schema pg_catalog', pg_describe_object('pg_proc'::regclass, oid, 0), proowner from pg_proc
  where pronamespace = 'pg_catalog'::regnamespace and oid >= 16384 and proowner not in (select oid from super)
  union all select 'schema pg_catalog', pg_describe_object('pg_operator'::regclass, oid, 0), oprowner from pg_operator
  where oprnamespace = 'pg_catalog'::regnamespace and oid >= 16384 and oprowner not in (select oid from super)
  union all select 'schema ' || n.nspname, x.what, x.owner
  from path join pg_namespace n on n.nspname = path.name
  cross join lateral (
    select pg_describe_object('pg_proc'::regclass, f.oid, 0), f.proowner from pg_proc f
    where f.pronamespace = n.oid
      and exists (select from pg_proc b where b.pronamespace = 'pg_catalog'::regnamespace and b.proname = f.proname offset 0)
    union all select pg_describe_object('pg_operator'::regclass, o.oid, 0), o.oprowner from pg_operator o
    where o.oprnamespace = n.oid
      and exists (select from pg_operator b where b.oprnamespace = 'pg_catalog'::regnamespace and b.oprname = o.oprname offset 0)
  ) x(what, owner)
  where n.nspname <> 'pg_catalog' and x.owner not in (select oid from super)
)
select set_config('one_roof.untrusted', coalesce((
    select json_agg(format('%s of %s, reached from %s', what, pg_get_userbyid(owner), via) order by what, owner)
    from (select what, owner, min(via) as via from verdict group by what, owner) v), '[]')::text, false) as untrusted,
  set_config('one_roof.tree', coalesce(string_agg(c.oid::text, ' ' order by c.oid), ''), false) as tree_by_oid,
  coalesce(string_agg(c.oid::regclass::text, ', ' order by c.oid), '') as tree
from reached n join pg_class c on c.oid = n.id
where n.class = 'pg_class'::regclass and c.relkind in ('r', 'p', 'v');
