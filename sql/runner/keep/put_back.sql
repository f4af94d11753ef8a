-- Puts back what the release changed of what was there before, from the table that keeps it: definitions, rows, columns, indexes.
-- Refuses, with names and counts, what somebody changed since and what depends on it. The script sets before:
--   put_back_tier  number of the one tier to put back; empty for all of them
select set_config('one_roof.put_back_tier', :'put_back_tier', true) as putting_back \gset
do $put_back$
declare
  kept text := current_setting('one_roof.keeps');
  only_tier integer := nullif(current_setting('one_roof.put_back_tier'), '')::integer; columns text; every text; identity text;
  run text := current_setting('one_roof.run_id'); zone text := current_setting('timezone');
  changed record; granted record; item record; triggers text[]; proving boolean; counted bigint; inserted bigint;
  ways text[] := '{nestloop,indexscan,bitmapscan}'; known_by text; dependants text; since text; rows_since text; hashed text;
  exact regtype[] := '{bool,int2,int4,int8,numeric,text,varchar,date,timestamp,timestamptz,uuid}'; -- what ->> and a cast give back
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
  for item in execute format('select key as name from public.%I where kind = ''index'' and ($1 is null or tier = $1)', kept) using only_tier
  loop
    execute format('drop index if exists public.%I', item.name);
  end loop;
  -- rows, those of the last tier first, each as it was before its tier; triggers of the application would change them once more
  for changed in execute format('select tier, relation, after::bigint as rows, old, array(select c.key from public.%1$I c '
    'where c.kind = ''column'' and c.tier = k.tier and c.relation = k.relation) as added from public.%1$I k '
    'where kind = ''rows'' and ($1 is null or tier = $1) order by tier desc, relation desc', kept) using only_tier
  loop
    known_by := (select split_part(i, '=', 2) from string_to_table(current_setting('one_roof.changed'), ';') i
      where split_part(i, '=', 1) = changed.relation);
    select string_agg(w.set_back, ', ') filter (where changed.old -> 'altered' ? a.attname), string_agg(w.set_back, ', '),
      string_agg(quote_ident(a.attname), ', ') filter (where a.attgenerated = ''),
      case count(*) when jsonb_array_length(changed.old -> 'names') then changed.old ->> 'definition' else 'null' end
    into columns, every, identity, hashed from pg_attribute a
    cross join lateral (select case when a.attidentity = 'a' or a.attgenerated <> '' or a.attname = any (changed.added) then null
      when a.atttypid = any (exact) then format('%1$I = (k.old ->> %1$L)::%2$s', a.attname, format_type(a.atttypid, a.atttypmod))
      else format('%1$I = (jsonb_populate_record(null::public.%2$I, k.old)).%1$I', a.attname, changed.relation) end as set_back) w
    where a.attrelid = format('public.%I', changed.relation)::regclass and a.attnum > 0 and not a.attisdropped
      and changed.old -> 'names' ? a.attname; -- not those that others added since, whose values stay
    select coalesce(array_agg(tgenabled::text || tgname), '{}') into triggers from pg_trigger
    where tgrelid = format('public.%I', changed.relation)::regclass and not tgisinternal and tgenabled <> 'D';
    execute format('alter table public.%I disable trigger user', changed.relation);
    -- nothing tells the planner yet how many rows are kept
    perform set_config('enable_' || way, case when changed.rows > 9999 then 'off' else 'on' end, true) from unnest(ways) way;
    foreach proving in array array[true, false] loop -- each row is proven and put back at once; behind a difference, all are put back
      execute format('update public.%I r set %s from public.%I k where %s = k.key and k.tier = $1 and k.kind = ''row'' and k.relation = $2 '
        'and (not $3 or not k.after is distinct from hash_record_extended(row(%s), 0) || ''/'' || hash_record_extended(row(%5$s), 1))',
        changed.relation, case when proving then coalesce(columns, every) else every end, kept, known_by, hashed)
      using changed.tier, changed.relation, proving;
      get diagnostics counted = row_count;
      exit when not proving or counted = changed.rows;
      execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from public.%3$I k '
        'cross join lateral jsonb_populate_record(null::public.%1$I, k.old) o where k.tier = $1 and k.kind = ''row'' and k.relation = $2 '
        'and k.after is null and not exists (select from public.%1$I r where %4$s = k.key)',
        changed.relation, identity, kept, known_by) using changed.tier, changed.relation;
      get diagnostics inserted = row_count;
      exit when counted + inserted = changed.rows;
      rows_since := concat_ws(', ', format('%s rows of %s that tier %s changed', changed.rows - counted - inserted, changed.relation,
        changed.tier), rows_since);
    end loop;
    perform set_config('enable_' || way, 'on', true) from unnest(ways) way;
    set constraints all immediate;
    for item in select substr(t, 2) as name, substr(t, 1, 1) as state from unnest(triggers) t loop
      execute format('alter table public.%I enable %s trigger %I', changed.relation,
        case item.state when 'A' then 'always' when 'R' then 'replica' end, item.name);
    end loop;
  end loop;
  since := concat_ws(', ', since, rows_since);
  if since <> '' and current_setting('one_roof.override_changed_rows') <> run then
    raise exception 'REFUSING: somebody changed since what run % had changed: %, expected nothing; look at it, or pass '
      '-v override_changed_rows=% to lose these changes', run, since, run;
  end if;
  for item in execute format('select relation, key as name from public.%I where kind = ''column'' and ($1 is null or tier = $1)', kept)
    using only_tier
  loop
    execute format('alter table public.%I drop column if exists %I', item.relation, item.name);
  end loop;
  execute format('delete from public.%I where tier = $1', kept) using only_tier; -- a whole undo drops the table
  perform set_config('timezone', zone, true);
end $put_back$;
