-- Puts back what the release changed of what was there before, from the table that keeps it: definitions, rows, columns, indexes.
-- Refuses, with names and counts, what somebody changed since and what depends on it. The script sets before:
--   put_back_tier  number of the one tier to put back; empty for all of them
select set_config('one_roof.put_back_tier', :'put_back_tier', true) as putting_back \gset
do $put_back$
declare
  kept text := current_setting('one_roof.keeps');
  only_tier integer := nullif(current_setting('one_roof.put_back_tier'), '')::integer;
  run text := current_setting('one_roof.run_id'); counted bigint;
  changed record; altered record; granted record; item record;
  known_by text; dependants text; since text := '';
  added text[] := array(select split_part(c, '.', 2) from string_to_table(current_setting('one_roof.added_columns'), ',') c);
  known text[]; triggers text[];
  columns text; identity text; zone text := current_setting('timezone');
begin
  if current_setting('one_roof.outcome', true) <> '' or to_regclass(format('public.%I', kept)) is null then
    return;
  end if;
  perform set_config('timezone', 'UTC', true);
  -- what depends on a new column or on a replaced view, and is not the release's
  execute format($q$with part as (
      select format('public.%%I', relation)::regclass as relation, case kind when 'column' then after::integer else 0 end as place
      from public.%I where kind in ('column', 'view') and ($1 is null or tier = $1)
        and (kind = 'column' or to_regclass(format('public.%%I', relation)) is not null)
    )
    select string_agg(distinct pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
    from part p join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = p.relation and d.deptype in ('n', 'a')
      and (d.refobjsubid = p.place and p.place > 0 or p.place = 0)
    left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
    where d.classid <> 'pg_attrdef'::regclass and coalesce(w.ev_class, 0) not in (select relation from part where place = 0)
      and not exists (select from public.%1$I i where i.kind = 'index' and d.classid = 'pg_class'::regclass and d.objid = i.after::oid)$q$,
    kept) into dependants using only_tier;
  if dependants is not null then
    raise exception 'REFUSING: objects that are not ours depend on what this release changed: %, expected none; their owner has to '
      'remove them first', dependants;
  end if;
  -- what somebody changed since
  execute format($q$select string_agg(format('%%s %%s', k.kind, k.relation), ', ') from public.%I k
    where k.kind in ('view', 'function') and ($1 is null or k.tier = $1)
      and not exists (select from public.%1$I l where l.kind = k.kind and l.relation = k.relation and l.tier > k.tier and $1 is null)
      and k.after is distinct from case k.kind
      when 'view' then (select concat_ws('|', pg_get_viewdef(c.oid), c.relacl, pg_get_userbyid(c.relowner), c.reloptions) from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relname = k.relation)
      else (select concat_ws('|', pg_get_functiondef(p.oid), p.proacl, pg_get_userbyid(p.proowner)) from pg_proc p
        where p.oid = to_regprocedure('public.' || k.relation)) end$q$, kept) into since using only_tier;
  for altered in execute format($q$select k.relation, k.tier,
      array(select a.attname from pg_attribute a where a.attrelid = format('public.%%I', k.relation)::regclass and a.attnum > 0
        and not a.attisdropped and not k.old ? a.attname) as ignored
    from (select distinct on (relation, tier) relation, tier, old from public.%I
      where kind = 'row' and ($1 is null or tier = $1) order by relation, tier) k
    order by k.relation, k.tier$q$, kept) using only_tier
  loop
    known_by := (select split_part(i, '=', 2) from string_to_table(current_setting('one_roof.changed'), ';') i
      where split_part(i, '=', 1) = altered.relation);
    execute format('select count(*) from public.%I k left join public.%I r on %s = k.key '
      'where k.kind = ''row'' and k.relation = $1 and k.tier = $2 and k.after is distinct from '
      '  jsonb_hash_extended(to_jsonb(r) - $3, 0) || ''/'' || jsonb_hash_extended(to_jsonb(r) - $3, 1) '
      'and ($4 is not null or not exists (select from public.%1$I l '
      '  where l.kind = ''row'' and l.relation = $1 and l.key = k.key and l.tier > $2))',
      kept, altered.relation, known_by) into counted using altered.relation, altered.tier, altered.ignored, only_tier;
    if counted > 0 then
      since := concat_ws(', ', nullif(since, ''), format('%s rows of %s that tier %s changed', counted, altered.relation, altered.tier));
    end if;
  end loop;
  if since <> '' and current_setting('one_roof.override_changed_rows') <> run then
    raise exception 'REFUSING: somebody changed since what run % had changed: %, expected nothing; look at it, or pass '
      '-v override_changed_rows=% to lose these changes', run, since, run;
  end if;
  -- definitions, as they were before the first tier that replaced them
  for item in execute format('select distinct on (kind, relation) kind, relation as name, old from public.%I '
    'where kind in (''view'', ''function'') and ($1 is null or tier = $1) order by kind, relation, tier', kept) using only_tier
  loop
    if item.kind = 'function' then
      execute format('%s', item.old ->> 'definition');
      continue;
    end if;
    execute format('drop view if exists public.%I', item.name);
    execute format('create view public.%I %s as %s', item.name,
      'with (' || (select string_agg(format('%I=%L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ')
        from jsonb_array_elements_text(nullif(item.old -> 'options', 'null')) o) || ')', item.old ->> 'definition');
    execute format('alter view public.%I owner to %I', item.name, item.old ->> 'owner');
    for granted in select case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end as name
      from pg_class c cross join lateral aclexplode(c.relacl) g
      where c.oid = format('public.%I', item.name)::regclass and item.old ->> 'default_grants' = 'true'
      union select quote_ident(item.old ->> 'owner') where item.old ->> 'default_grants' = 'false'
    loop
      execute format('revoke all on public.%I from %s', item.name, granted.name);
    end loop;
    for changed in select * from jsonb_to_recordset(nullif(item.old -> 'grants', 'null'))
      as g(grantee text, privilege text, grantable boolean, "column" text)
    loop
      execute format('grant %I %s on public.%I to %s %s', lower(changed.privilege), '(' || quote_ident(changed.column) || ')', item.name,
        coalesce(changed.grantee::regrole::text, 'public'), case when changed.grantable then 'with grant option' end);
    end loop;
    for changed in select key::integer as place, value as comment from jsonb_each_text(nullif(item.old -> 'comments', 'null')) loop
      if changed.place = 0 then
        execute format('comment on view public.%I is %L', item.name, changed.comment);
      else
        execute format('comment on column public.%I.%I is %L', item.name, item.old -> 'columns' ->> changed.place::text, changed.comment);
      end if;
    end loop;
  end loop;
  -- rows, as they were before the first tier that changed them; triggers of the application would change them once more
  for item in execute format('select key as name from public.%I where kind = ''index'' and ($1 is null or tier = $1)', kept) using only_tier
  loop
    execute format('drop index if exists public.%I', item.name);
  end loop;
  for changed in select split_part(i, '=', 1) as relation, split_part(i, '=', 2) as known_by
    from string_to_table(current_setting('one_roof.changed'), ';') i
  loop
    execute format('select array(select jsonb_object_keys(old)) from public.%I '
      'where kind = ''row'' and relation = $1 and ($2 is null or tier = $2) order by tier limit 1', kept) into known
    using changed.relation, only_tier;
    continue when known is null;
    select string_agg(format('%1$I = o.%1$I', attname), ', ') filter (where attidentity <> 'a'), string_agg(quote_ident(attname), ', ')
    into columns, identity from pg_attribute -- not those that others added since, whose values stay
    where attrelid = format('public.%I', changed.relation)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      and attname <> all (added) and attname = any (known);
    select coalesce(array_agg(tgenabled::text || tgname), '{}') into triggers from pg_trigger
    where tgrelid = format('public.%I', changed.relation)::regclass and not tgisinternal and tgenabled <> 'D';
    for item in select substr(t, 2) as name from unnest(triggers) t loop
      execute format('alter table public.%I disable trigger %I', changed.relation, item.name);
    end loop;
    execute format('update public.%1$I r set %2$s from public.%3$I k cross join lateral jsonb_populate_record(null::public.%1$I, k.old) o '
      'where %4$s = k.key and k.kind = ''row'' and k.relation = $1 and ($2 is null or k.tier = $2) '
      'and not exists (select from public.%3$I l '
      '  where l.kind = ''row'' and l.relation = $1 and l.key = k.key and l.tier < k.tier and $2 is null)',
      changed.relation, columns, kept, changed.known_by) using changed.relation, only_tier;
    execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from ('
      'select distinct on (k.key) o.* from public.%3$I k cross join lateral jsonb_populate_record(null::public.%1$I, k.old) o '
      'where k.kind = ''row'' and k.relation = $1 and ($2 is null or k.tier = $2) '
      'and exists (select from public.%3$I l '
      '  where l.kind = ''row'' and l.relation = $1 and l.key = k.key and l.after is null and ($2 is null or l.tier = $2)) '
      'and not exists (select from public.%1$I r where %4$s = k.key) order by k.key, k.tier) o',
      changed.relation, identity, kept, changed.known_by) using changed.relation, only_tier;
    set constraints all immediate;
    for item in select substr(t, 2) as name, substr(t, 1, 1) as state from unnest(triggers) t loop
      execute format('alter table public.%I enable %s trigger %I', changed.relation,
        case item.state when 'A' then 'always' when 'R' then 'replica' end, item.name);
    end loop;
  end loop;
  for item in execute format('select relation, key as name from public.%I where kind = ''column'' and ($1 is null or tier = $1)', kept)
    using only_tier
  loop
    execute format('alter table public.%I drop column if exists %I', item.relation, item.name);
  end loop;
  execute format('delete from public.%I where tier = $1', kept) using only_tier; -- a whole undo drops the table
  perform set_config('timezone', zone, true);
end $put_back$;
