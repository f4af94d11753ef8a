-- Counters to compare at entry, in the middle and at exit.
\ir ../runner/open_reader.sql
select json_build_object('orders', (select count(*) from public.orders), 'customers', (select count(*) from public.customers),
  'mail', (select count(*) from public.outgoing_mail)) as proof \gset
\ir ../runner/close_reader.sql
select 'shop_count ' || :'proof';
