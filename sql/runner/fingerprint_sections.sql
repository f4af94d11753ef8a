-- Prepares `execute fingerprint(changed)`: the sections as one line of JSON, with what `changed_since.sql` found.
prepare fingerprint(json) as
with space as materialized (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
relation as materialized (select c.*, n.nspname from pg_class c join space n on n.oid = c.relnamespace),
routine as materialized (select p.*, n.nspname from pg_proc p join space n on n.oid = p.pronamespace),
lines(section, line, relation) as (
  select 'schemas', concat_ws('|', nspname, pg_get_userbyid(nspowner), array(select a::text from unnest(nspacl) a order by 1)), null::oid
  from pg_namespace join space using (oid, nspname)
  union all select 'relations', concat_ws('|', nspname, relname, relkind, relpersistence, pg_get_userbyid(relowner), reloptions,
    relrowsecurity, relforcerowsecurity, relreplident, relispartition), oid from relation
  union all select 'grants', concat_ws('|', nspname, relname, a.acl), oid from relation
    cross join lateral unnest(coalesce(relacl, acldefault(case relkind when 'S' then 's'::"char" else 'r'::"char" end, relowner))) as a(acl)
  where relkind not in ('i', 'I', 'c')
  union all select 'grants', concat_ws('|', nspname, relname, t.attname, a.acl), c.oid
  from pg_attribute t join relation c on c.oid = t.attrelid cross join lateral unnest(t.attacl) as a(acl)
  union all select 'grants', concat_ws('|', nspname, proname, oidvectortypes(proargtypes), a.acl), null from routine
    cross join lateral unnest(coalesce(proacl, acldefault('f', proowner))) as a(acl)
  union all
  select 'grants', concat_ws('|', 'default', pg_get_userbyid(d.defaclrole), coalesce(n.nspname, '*'), d.defaclobjtype, a.acl), null
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace cross join lateral unnest(d.defaclacl) as a(acl)
  union all select 'columns', concat_ws('|', nspname, relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, a.attgenerated, a.attcollation::regcollation, a.attstorage, pg_get_expr(d.adbin, d.adrelid)), c.oid
  from pg_attribute a join relation c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped and relkind not in ('i', 'I', 'S')
  union all select 'constraints', concat_ws('|', nspname, coalesce(nullif(k.conrelid, 0)::regclass::text, k.contypid::regtype::text),
    k.conname, k.convalidated, pg_get_constraintdef(k.oid)), k.conrelid from pg_constraint k join space n on n.oid = k.connamespace
  union all
  select 'indexes', concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary, i.indisclustered, i.indisreplident), c.oid
  from pg_index i join relation c on c.oid = i.indrelid
  union all select 'views', concat_ws('|', nspname, relname, pg_get_viewdef(oid)), oid from relation where relkind in ('v', 'm')
  union all select 'functions', concat_ws('|', nspname, proname, pg_get_userbyid(proowner),
    case when prokind = 'a' then prosrc || pg_get_function_arguments(oid) else pg_get_functiondef(oid) end), null from routine
  union all
  select 'sequences', concat_ws('|', n.nspname, c.relname, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache,
    s.seqcycle, (select concat_ws('.', d.refobjid::regclass, d.refobjsubid) from pg_depend d where d.classid = 'pg_class'::regclass
                   and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))), null
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_'
  union all select 'triggers', concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled), t.tgrelid from pg_trigger t where not t.tgisinternal
  union all select 'triggers', concat_ws('|', evtname, evtevent, pg_get_userbyid(evtowner), evtfoid::regproc, evtenabled, evttags), null
  from pg_event_trigger
  union all select 'triggers', concat_ws('|', r.ev_class::regclass, r.rulename, r.ev_enabled, pg_get_ruledef(r.oid)), c.oid
  from pg_rewrite r join pg_class c on c.oid = r.ev_class where r.rulename <> '_RETURN' and c.oid >= 16384
  union all select 'triggers', concat_ws('|', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
    pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), p.polrelid from pg_policy p
  union all
  select 'types', concat_ws('|', nspname, t.typname, t.typtype, pg_get_userbyid(t.typowner), format_type(t.typbasetype, t.typtypmod),
    t.typnotnull, t.typdefault, array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)), null
  from pg_type t join space n on n.oid = t.typnamespace where t.typtype in ('e', 'd')
  union all select 'extensions', concat_ws('|', extname, extversion, extowner::regrole, extnamespace::regnamespace), null from pg_extension
  union all select 'operators', concat_ws('|', oprnamespace::regnamespace, oid::regoperator, oprowner::regrole, oprcode, oprrest, oprjoin,
    oprcom::regoperator, oprnegate::regoperator), null from pg_operator where oid >= 16384
  union all select 'operators', concat_ws('|', opcnamespace::regnamespace, opcname, opcowner::regrole, opcintype::regtype, opcdefault,
    array(select amproc::text from pg_amproc where amprocfamily = opcfamily order by 1)), null from pg_opclass where oid >= 16384
  union all select 'casts', concat_ws('|', castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod), null
  from pg_cast where oid >= 16384
  union all select 'roles', concat_ws('|', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
    rolbypassrls, rolconnlimit, rolvaliduntil), null from pg_roles
  union all select 'roles', concat_ws('|', roleid::regrole, member::regrole, grantor::regrole, -- and its options, of which 16 has more
    to_jsonb(m) - '{oid,roleid,member,grantor}'::text[]), null from pg_auth_members m
  union all select 'settings', concat_ws('|', case setdatabase when 0 then '*' end, setrole::regrole, setting), null
  from pg_db_role_setting cross join unnest(setconfig) setting
  where setdatabase in (0, (select oid from pg_database where datname = current_database()))
  union all select 'comments', concat_ws('|', i.type, i.identity, d.description),
    case d.classoid when 'pg_class'::regclass then d.objoid end
  from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i where d.objoid >= 16384
), digests as (
  select place, section,
    encode(sha256(convert_to(coalesce(string_agg(line, E'\n' order by line collate "C"), ''), 'UTF8')), 'hex') as digest
  from unnest(array['schemas', 'relations', 'grants', 'columns', 'constraints', 'indexes', 'views', 'functions', 'sequences', 'triggers',
    'types', 'comments', 'extensions', 'operators', 'casts', 'roles', 'settings']) with ordinality as sections(section, place)
    left join lines using (section)
  group by place, section
  union all select 50, 'relation_' || c.relname, encode(sha256(convert_to(string_agg(section || line, E'\n' order by section,
    line collate "C"), 'UTF8')), 'hex')
  from lines join pg_class c on c.oid = relation
  where c.relnamespace = 'public'::regnamespace
    and c.relname = any (string_to_array(regexp_replace(current_setting('one_roof.existing'), '=[^,]*', '', 'g'), ','))
  group by c.relname
  union all select 100, key, value from jsonb_each_text(current_setting('one_roof.row_digests')::jsonb)
  union all select 200, 'server', current_setting('server_version') -- another major prints views, grants and constraints differently
  union all select 201, 'snapshot', pg_current_snapshot()::text
  union all
  select 202, 'inserted', current_setting('one_roof.existing_inserted') -- rows that only others change, apart from those that we add
  union all select 203, key, value from json_each_text($1)
)
select json_object_agg(section, digest order by place, section) as proof from digests;
