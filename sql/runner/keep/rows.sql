-- Keeps rows of a table before a tier changes or deletes them, behind ADD COLUMN if there is one. The script sets before:
--   keep_tier      number of the tier
--   keep_relation  the table; the plan names it under `existing`, with its key
--   keep_where     which rows, as a condition
select set_config('one_roof.keep_tier', :'keep_tier', true) as keeping_tier, set_config('one_roof.keep_relation', :'keep_relation', true)
  as keeping_relation, set_config('one_roof.keep_where', :'keep_where', true) as keeping_where \gset
do $keep$
declare
  wanted text := current_setting('one_roof.keep_relation');
  known_by text := (select split_part(item, '=', 2) from string_to_table(current_setting('one_roof.changed'), ';') item
    where split_part(item, '=', 1) = wanted);
  inexact text; zone text := current_setting('timezone');
begin
  if known_by is null then
    raise exception 'REFUSING: the plan does not say that rows of % are changed, expected it under existing, with a key', wanted;
  end if;
  select string_agg(a.attname, ', ') into inexact from pg_attribute a
  where a.attrelid = format('public.%I', wanted)::regclass and a.attnum > 0 and not a.attisdropped
    and (a.atttypid = 'json'::regtype or exists (select from pg_cast c where c.castsource = a.atttypid and c.casttarget = 'json'::regtype));
  if inexact is not null then
    raise exception 'REFUSING: columns of % would not come back as they were (%), expected none that JSON writes in another way; '
      'keep these rows in a table of the release, and put them back in its undo', wanted, inexact;
  end if;
  if not exists (select from pg_index i where i.indrelid = format('public.%I', wanted)::regclass and i.indisunique and i.indisvalid
      and i.indpred is null and i.indexprs is null and not exists (select from unnest(i.indkey[0:i.indnkeyatts - 1]) k(place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.place
        where not a.attnotnull or strpos(known_by, format('r."%s"', a.attname)) = 0)) then
    raise exception 'REFUSING: the key of % in the plan does not tell its rows apart, expected columns of a unique index that are '
      'never null; name them under existing', wanted;
  end if;
  perform set_config('timezone', 'UTC', true); -- the text of an instant is the same whoever releases and undoes
  execute format('with told as (insert into public.%1$I (tier, kind, relation, key) values ($1, ''rows'', $2, $2) on conflict do nothing) '
    'insert into public.%1$I (tier, kind, relation, key, old) select $1, ''row'', $2, %2$s, to_jsonb(r) from public.%3$I r where (%4$s)',
    current_setting('one_roof.keeps'), known_by, wanted, current_setting('one_roof.keep_where'))
  using current_setting('one_roof.keep_tier')::integer, wanted;
  perform set_config('timezone', zone, true);
end $keep$;
