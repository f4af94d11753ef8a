-- expect 14 somebody changed since (orders)
-- An order that the release has changed is changed again by the shop: neither may be lost, so a human has to choose.
-- meanwhile
update public.orders set amount = amount + 1 where id = 7;
