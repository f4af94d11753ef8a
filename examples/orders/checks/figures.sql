-- The end state as figures, read and not judged: psql variable figures, JSON rows of metric, value and expected.
select json_agg(t)::text as figures
from (
  select 'orders_counted' as metric, (select coalesce(sum(orders), 0) from public.order_days)::text as value,
    (select count(*) from public.orders)::text as expected
  union all select 'amount_counted', (select coalesce(sum(amount), 0) from public.order_days)::text,
    (select coalesce(sum(amount), 0) from public.orders)::text
  union all select 'by_month', (select coalesce(sum(orders), 0) from public.v_order_months)::text,
    (select count(*) from public.orders)::text
  union all select 'without_due_date', (select count(*) from public.orders where due_on is null)::text, '0'
  union all select 'lower_case', (select count(*) from public.orders where currency <> upper(currency))::text, '0'
) t \gset
