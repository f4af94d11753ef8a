-- Tier 4 fails: somebody forbids the correction.
alter table public.orders add constraint never_in_capitals check (id > 12 or currency = 'eur');
