-- Takes off what the release created, but for its tables: takes every lock of the undo by short tries, all or none; refuses what of
-- others depends on the release; then drops functions and views, so that the package has only rows left to judge and to put back.
-- Whatever it refuses after this brings all of it back, as nothing is kept before COMMIT. undo/drop_tables.sql ends the work.
select set_config('one_roof.locks', case current_setting('one_roof.outcome') when '' then concat_ws(',',
    nullif(current_setting('one_roof.existing'), ''),
    (select string_agg(name || '=access exclusive', ',' order by place) from regexp_split_to_table(concat_ws(' ',
      current_setting('one_roof.tables'), current_setting('one_roof.views'), current_setting('one_roof.replaces', true)), '[ ;]')
      with ordinality as n(name, place) where name <> ''),
    (select string_agg(s.relname, ',' order by s.oid) from pg_class s
      join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = s.oid and d.deptype in ('a', 'i')
      join pg_class t on d.refclassid = 'pg_class'::regclass and t.oid = d.refobjid
      where s.relkind = 'S' and t.relnamespace = 'public'::regnamespace
        and t.relname = any (string_to_array(current_setting('one_roof.existing_written'), ' ')))) else '' end, true) as locks \gset
\ir ../take_locks.sql
do $take_off$
declare
  release_tables text[] := string_to_array(current_setting('one_roof.tables'), ' ');
  release_views text[] := string_to_array(current_setting('one_roof.views'), ' ');
  release_functions text[] := string_to_array(current_setting('one_roof.functions'), ';');
  dependants text;
  item text;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  end if;
  select string_agg(distinct format('%s (run %s, %s)', s[3], s[1], s[2]), ', ') into dependants
  from pg_description d join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
  join pg_roles o on o.oid = c.relowner and o.rolsuper
  cross join lateral regexp_match(d.description, '^one-roof run=(\S+) state=(\S+) package=(\S+) requires=(\S+)') s
  where d.objsubid = 0 and current_setting('one_roof.package') = any (string_to_array(s[4], ','));
  if dependants is not null then
    raise exception 'REFUSING: other releases build on this one: %, expected none; undo them first', dependants;
  end if;
  with relations as materialized (
    select oid, reltype from pg_class where relnamespace = 'public'::regnamespace and relname = any (release_tables || release_views)
  ), routines as materialized (
    select to_regprocedure('public.' || f)::oid as oid from unnest(release_functions) f
  ), ours as materialized (
    -- the row type of each too: a column, a domain or a function may be of it, or of arrays of it
    select 'pg_class'::regclass as catalog, oid from relations
    union all
    select 'pg_type'::regclass, unnest(array[t.oid, t.typarray]) from relations join pg_type t on t.oid = reltype
  )
  select concat_ws(', ', (
    select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')
    from ours join pg_depend d on d.refclassid = ours.catalog and d.refobjid = ours.oid
    left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
    left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
    left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
    left join pg_class holder on holder.oid = coalesce(r.ev_class, k.conrelid, t.tgrelid,
      case when d.classid = 'pg_class'::regclass and d.deptype = 'n' then d.objid end) -- a child table, or a column of a row type
    where (holder.oid is not null
           and not (holder.relnamespace = 'public'::regnamespace and holder.relname = any (release_tables || release_views)))
       or (t.oid is not null and not t.tgisinternal)
       or d.classid in ('pg_proc'::regclass, 'pg_policy'::regclass)
       or (holder.oid is null and ours.catalog = 'pg_type'::regclass and d.deptype = 'n')
  ), (
    select string_agg(distinct pg_describe_object(d.classid, d.objid, 0), ', ')
    from pg_depend d join routines p on p.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass where d.deptype = 'n'
  )) into dependants;
  if dependants <> '' then
    raise exception 'REFUSING: objects that are not ours depend on this release: %, expected none; '
      'their owner has to remove them first', dependants;
  end if;
  -- without CASCADE: what depends on ours unseen stops it
  foreach item in array release_functions loop
    if to_regprocedure('public.' || item) is not null then
      execute format('drop function %s', to_regprocedure('public.' || item));
    end if;
  end loop;
  for item in select v from unnest(release_views) with ordinality as u(v, place) order by place desc loop
    if exists (select from pg_class where relnamespace = 'public'::regnamespace and relname = item) then
      execute format('drop view public.%I', item);
    end if;
  end loop;
end $take_off$;
