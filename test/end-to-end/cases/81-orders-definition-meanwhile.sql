-- expect 13 definition of orders (orders)
-- The shop gets a new column while the release changes rows of the same table, and an order that is already sent comes in by import.
-- meanwhile
alter table public.orders add column channel text;
insert into public.orders (customer_id, status, amount, currency, placed_at, updated_at, channel)
values (3, 'sent', 1.00, 'EUR', '2026-06-03 10:00+00', '2026-06-03 10:00+00', 'import');
grant select (channel) on public.orders to shop_reader;
