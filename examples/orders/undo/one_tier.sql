-- Takes back one tier of one run, later tiers first: -v tier=<number>. Tier 1 goes with take_back.sql.
-- Variables: tier, run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id>.
\if :{?tier} \else \set tier '' \endif
\set writes 'orders,orders_kept'
\set locks 'orders=access exclusive,orders_kept'
\ir ../runner/open_undo.sql
select set_config('one_roof.tier', :'tier', true) as tier, set_config('one_roof.outcome', '', false) as outcome \gset
do $before$
declare
  tier text := current_setting('one_roof.tier');
  run text := current_setting('one_roof.run_id');
  found json := current_setting('one_roof.stamps');
  later text;
begin
  if tier <> all (array['2', '3', '4']) then
    raise exception 'REFUSING: tier %, expected 2 to 4; pass -v tier=<number>', quote_literal(tier);
  elsif found ->> 'stamped' <> current_setting('one_roof.expected_objects') or found ->> 'run' <> run then
    raise exception 'REFUSING: % objects carry a stamp, of run %, expected % of run %; use take_back.sql',
      found ->> 'stamped', coalesce(found ->> 'run', 'none'), current_setting('one_roof.expected_objects'), run;
  elsif found ->> 'state' = 'released' and current_setting('one_roof.undo_released') <> run then
    raise exception 'REFUSING: run % is sealed as released, expected applying; an operator undoes it with -v undo_released=%', run, run;
  end if;
  select string_agg(distinct 'tier ' || k.tier, ', ') into later from public.orders_kept k where k.tier::text > current_setting('one_roof.tier');
  if later is not null then
    raise exception 'REFUSING: % still applied, expected none after tier %; undo the later tiers first', later, tier;
  end if;
end $before$;
\set state_from released
\set state_to applying
\ir ../runner/seal.sql
\set put_back_tier :tier
\ir ../runner/keep/put_back.sql
do $tier$
declare
  remaining bigint;
begin
  case current_setting('one_roof.tier')::integer
    when 4 then
      select count(*) into remaining from public.orders_kept where tier = 4;
    when 3 then
      select count(*) into remaining from public.orders_kept where tier = 3;
    when 2 then
      select count(*) into remaining from public.orders_kept where tier = 2;
  end case;
  if remaining <> 0 then
    raise exception 'REFUSING: % things of this tier are left, expected 0; nothing was kept', remaining;
  end if;
end $tier$;
\ir ../runner/close_tier.sql
select format('tier %s rolled back', :'tier');
