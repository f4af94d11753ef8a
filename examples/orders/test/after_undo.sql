-- The undo of the sealed release leaves the database as it was.
select ok(to_regclass('order_days') is null, 'no daily figures are left');
