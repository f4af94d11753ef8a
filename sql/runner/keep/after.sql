-- After the changes of a tier that keeps: writes down what it made, and refuses what it changed beyond what it kept and the plan says.
do $after$
declare
  kept text := current_setting('one_roof.keeps');
  this_tier integer := current_setting('one_roof.keep_tier')::integer;
  before json := current_setting('one_roof.written_before')::json;
  changed record;
  rows bigint; unchanged bigint; written bigint; deleted bigint; found bigint; hashed text; differing text; names text[]; altered text[];
  -- where SQL calls equal only what is the same; columns of any other type are hashed as JSON has them
  exact regtype[] := '{bool,int2,int4,int8,numeric,text,varchar,date,timestamp,timestamptz,uuid}'; zone text := current_setting('timezone');
begin
  perform set_config('timezone', 'UTC', true);
  for changed in select split_part(item, '=', 1) as relation, split_part(item, '=', 2) as key
    from string_to_table(current_setting('one_roof.changed'), ';') item
  loop
    execute format('select count(*) from public.%I where tier = $1 and kind = ''row'' and relation = $2', kept) into rows
    using this_tier, changed.relation;
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del
      - coalesce((select sum(n::bigint) from json_array_elements_text(before -> relid::text) n), 0)), 0),
      coalesce(sum(n_tup_del - coalesce((before -> relid::text ->> 2)::bigint, 0)), 0) into written, deleted
    from pg_stat_xact_user_tables where relid = format('public.%I', changed.relation)::regclass;
    select string_agg(case when a.atttypid = any (exact) and coalesce(c.collisdeterministic, true) then format('r.%I', a.attname)
        else format('to_jsonb(r.%I)', a.attname) end, ', '), array_agg(a.attname::text),
      string_agg(format('case when bool_or(n.new -> %1$L is distinct from k.old -> %1$L) then %1$L end', a.attname), ', ')
    into hashed, names, differing from pg_attribute a left join pg_collation c on c.oid = a.attcollation
    where a.attrelid = format('public.%I', changed.relation)::regclass and a.attnum > 0 and not a.attisdropped;
    execute format('select count(*), count(*) filter (where n.new = k.old), array_remove(array[%s], null) from public.%I k '
      'join public.%I r on %s = k.key cross join lateral (select to_jsonb(r) as new offset 0) n '
      'where k.tier = $1 and k.kind = ''row'' and k.relation = $2', differing, kept, changed.relation, changed.key)
    into found, unchanged, altered using this_tier, changed.relation;
    if written <> rows or unchanged <> 0 or rows - found <> deleted then -- each kept row once, and so no other
      raise exception 'REFUSING: tier % changed % rows of %, kept % and left % of those as they were, expected to change just the rows '
        'that it kept, and no key; look at keep_where and at the statement', this_tier, written, changed.relation, rows, unchanged;
    end if;
    execute format('update public.%I k set after = hash_record_extended(row(%s), 0) || ''/'' || hash_record_extended(row(%2$s), 1) '
      'from public.%3$I r where %4$s = k.key and k.tier = $1 and k.kind = ''row'' and k.relation = $2',
      kept, hashed, changed.relation, changed.key) using this_tier, changed.relation;
    execute format('update public.%I set after = $3, old = $4 where kind = ''rows'' and tier = $1 and relation = $2', kept)
    using this_tier, changed.relation, rows, jsonb_build_object('definition', hashed, 'names', names, 'altered', altered);
  end loop;
  perform set_config('timezone', zone, true);
  execute format($q$update public.%I k set after = case k.kind
      when 'view' then (select concat_ws('|', pg_get_viewdef(c.oid), c.relacl, pg_get_userbyid(c.relowner), c.reloptions) from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relname = k.relation)
      else (select concat_ws('|', pg_get_functiondef(p.oid), p.proacl, pg_get_userbyid(p.proowner)) from pg_proc p
        where p.oid = to_regprocedure('public.' || k.relation)) end
    where tier = $1 and kind in ('view', 'function')$q$, kept) using this_tier;
  execute format($q$insert into public.%I (tier, kind, relation, key, after)
    select $1, n.kind, split_part(n.item, '.', 1), split_part(n.item, '.', 2), f.is_now
    from (select 'column', item from string_to_table(current_setting('one_roof.added_columns'), ',') item
      union all select 'index', item from string_to_table(current_setting('one_roof.added_indexes'), ',') item) n(kind, item)
    cross join lateral (
      select a.attnum::text from pg_attribute a
      where n.kind = 'column' and a.attrelid = format('public.%%I', split_part(n.item, '.', 1))::regclass and not a.attisdropped
        and a.attname = split_part(n.item, '.', 2)
      union all
      select i.indexrelid::text from pg_index i join pg_class c on c.oid = i.indexrelid
      where n.kind = 'index' and i.indrelid = format('public.%%I', split_part(n.item, '.', 1))::regclass
        and c.relname = split_part(n.item, '.', 2)) f(is_now)
    where not exists (select from public.%1$I k where k.kind = n.kind and k.relation = split_part(n.item, '.', 1)
      and k.key = split_part(n.item, '.', 2))$q$, kept) using this_tier;
end $after$;
