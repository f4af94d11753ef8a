-- expect 13 rows of orders (orders)
-- The shop is open: orders come in while the release is at work.
-- meanwhile
insert into public.orders (customer_id, status, amount, currency, placed_at, updated_at)
values (7, 'open', 12.50, 'EUR', '2026-06-03 10:00+00', '2026-06-03 10:00+00');
