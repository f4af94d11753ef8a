-- What the reports read, as the outside reader: each can be read in full.
\ir ../runner/open_reader.sql
select json_build_object('order_days', (select count(t) from public.order_days t),
  'v_order_months', (select count(v) from public.v_order_months v)) as proof \gset
\ir ../runner/close_reader.sql
select 'reports_read ' || :'proof';
