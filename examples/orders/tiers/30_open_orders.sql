-- Tier 3, open orders: the view shows the due date. Its definition, owner, grants, options and comments are kept.
\set writes 'orders_kept'
\set locks 'orders=share row exclusive,orders_kept'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
\set keep_tier 3
\set keep_definitions open_orders
\ir ../runner/keep/definitions.sql
create or replace view public.open_orders with (security_barrier = true) as
select o.id, c.name as customer, o.amount, o.due_on from public.orders o join public.customers c on c.id = o.customer_id
where o.status = 'open';
\ir ../runner/keep/after.sql
do $after$
declare
  undated bigint;
begin
  select count(*) into undated from public.open_orders where due_on is null;
  if undated <> 0 then
    raise exception 'REFUSING: tier 3 shows % open orders without a due date, expected none; roll back', undated;
  end if;
end $after$;
select format('open_orders=%s', count(*)) as proof from public.open_orders \gset
\ir ../runner/close_tier.sql
select :'proof';
