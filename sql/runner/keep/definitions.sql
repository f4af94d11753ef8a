-- Keeps views and functions before a tier replaces them, with what DROP and CREATE would lose. The script sets before:
--   keep_tier         number of the tier
--   keep_definitions  their names, separated by spaces; a function with its signature, separated by semicolons
select set_config('one_roof.keep_tier', :'keep_tier', true) as keeping_tier,
       set_config('one_roof.keep_definitions', :'keep_definitions', true) as keeping_definitions \gset
do $keep$
declare
  item text; kind text;
  found jsonb;
begin
  foreach item in array string_to_array(current_setting('one_roof.keep_definitions'), ';') loop
    kind := case when item like '%(%' then 'function' else 'view' end;
    if item <> all (string_to_array(current_setting('one_roof.replaces'), ';')) then
      raise exception 'REFUSING: the plan does not say that % is replaced, expected it under replaces', item;
    elsif kind = 'function' then
      found := jsonb_build_object('definition', pg_get_functiondef(to_regprocedure('public.' || item)));
    else
      select jsonb_build_object('definition', pg_get_viewdef(c.oid), 'owner', pg_get_userbyid(c.relowner), 'options', c.reloptions,
        'comments', (select jsonb_object_agg(d.objsubid, d.description) from pg_description d
          where d.objoid = c.oid and d.classoid = 'pg_class'::regclass),
        'columns', (select jsonb_object_agg(a.attnum, a.attname) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
        'grants', (select jsonb_agg(jsonb_build_object('grantee', nullif(g.grantee, 0)::regrole, 'privilege', g.privilege_type,
            'grantable', g.is_grantable, 'column', s.column) order by s.place, g.nr)
          from (select c.relacl, null::text, 0 union all select attacl, attname::text, attnum from pg_attribute where attrelid = c.oid)
            s(acl, "column", place)
          cross join lateral aclexplode(s.acl) with ordinality g(grantor, grantee, privilege_type, is_grantable, nr)),
        'default_grants', c.relacl is null,
        'more', (select string_agg(what, ', ') from (
          select 'trigger ' || tgname from pg_trigger where tgrelid = c.oid
          union all select 'rule ' || rulename from pg_rewrite where ev_class = c.oid and rulename <> '_RETURN'
          union all select 'default of column ' || adnum from pg_attrdef where adrelid = c.oid
          union all select 'grant by ' || g.grantor::regrole from aclexplode(c.relacl) g where g.grantor <> c.relowner) m(what)))
      into found from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = item and c.relkind = 'v';
    end if;
    if found ->> 'definition' is null then
      raise exception 'REFUSING: % is not there, expected the % that the release replaces', item, kind;
    elsif found ->> 'more' is not null then
      raise exception 'REFUSING: % has a % that would not come back, expected none; replace it by hand', item, found ->> 'more';
    end if;
    execute format('insert into public.%I (tier, kind, relation, key, old) values ($1, $2, $3, '''', $4)',
      current_setting('one_roof.keeps')) using current_setting('one_roof.keep_tier')::integer, kind, item, found;
  end loop;
end $keep$;
