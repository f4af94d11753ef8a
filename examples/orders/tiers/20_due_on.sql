-- Tier 2, due dates: a new column, filled for every order. The application's trigger changes updated_at with it; all of that is kept.
\set writes 'orders,orders_kept'
\set locks 'orders=access exclusive,orders_kept'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
alter table public.orders add column due_on date;
\set keep_tier 2
\set keep_relation orders
\set keep_where 'due_on is null'
\ir ../runner/keep/rows.sql
update public.orders set due_on = (placed_at at time zone 'UTC')::date + :'days_to_pay'::integer where due_on is null;
\ir ../runner/keep/after.sql
do $after$
declare
  missing bigint;
begin
  select count(*) into missing from public.orders where due_on is null;
  if missing <> 0 then
    raise exception 'REFUSING: tier 2 left % orders without a due date, expected none; roll back', missing;
  end if;
end $after$;
select format('due_on=%s', count(due_on)) as proof from public.orders \gset
\ir ../runner/close_tier.sql
select :'proof';
