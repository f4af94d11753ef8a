-- What has to be so before the release, or its figures mean nothing.
select ok((select count(*) from orders) > 0, 'there are orders to count');
select ok(to_regclass('order_days') is null, 'there are no daily figures yet');
