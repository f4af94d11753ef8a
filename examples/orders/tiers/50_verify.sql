-- Tier 5, verify: compares the figures with the orders themselves and, in the same transaction, seals the release. After COMMIT there
-- is no automatic way back.
\set writes ''
\set locks 'orders=share row exclusive,order_days,orders_kept'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
\ir ../checks/figures.sql
select set_config('one_roof.figures', :'figures', true) as figures \gset
do $verify$
declare
  failures text;
begin
  select string_agg(format('%s=%s (expected %s)', metric, value, f.expected), ', ') into failures
  from json_to_recordset(current_setting('one_roof.figures')::json) as f(metric text, value text, expected text)
  where value is distinct from f.expected;
  if failures is not null then
    raise exception 'REFUSING: the last tier finds %; the release is not sealed, roll back', failures;
  end if;
end $verify$;
\set state_from applying
\set state_to released
\ir ../runner/seal.sql
select format('verified orders=%s', count(*)) as proof from public.orders \gset
\ir ../runner/close_tier.sql
\ir ../runner/stamps.sql
select :'proof' where :'stamps'::json ->> 'own_released' = :'expected_objects';
