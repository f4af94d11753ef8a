-- Daily figures: every order is counted once.
select is((select sum(orders) from order_days), (select count(*)::numeric from orders), 'every order is counted on one day');
select is((select sum(amount) from v_order_months), (select sum(amount) from orders), 'the months add up to all orders');
set role shop_reader;
select ok((select count(*) from v_order_months) > 0, 'the reader sees the months');
