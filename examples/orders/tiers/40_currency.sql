-- Tier 4, currencies: corrects those in small letters, and indexes the due dates of what is not sent yet.
\set writes 'orders,orders_kept'
\set locks 'orders=share row exclusive,orders_kept'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
\set keep_tier 4
\set keep_relation orders
\set keep_where 'currency <> upper(currency)'
\ir ../runner/keep/rows.sql
update public.orders set currency = upper(currency) where currency <> upper(currency);
create index orders_due on public.orders (due_on) where status <> 'sent';
\ir ../runner/keep/after.sql
select count(*) as corrected from public.orders_kept where tier = 4 and kind = 'row' \gset
select set_config('one_roof.corrected', :'corrected', true) as corrected_set \gset
do $after$
declare
  left_over bigint;
begin
  select count(*) into left_over from public.orders where currency <> upper(currency);
  if left_over <> 0 or current_setting('one_roof.corrected') <> current_setting('one_roof.expected_corrections') then
    raise exception 'REFUSING: tier 4 corrected % orders and left %, expected % and none; roll back',
      current_setting('one_roof.corrected'), left_over, current_setting('one_roof.expected_corrections');
  end if;
end $after$;
select format('corrected=%s', :'corrected') as proof \gset
\ir ../runner/close_tier.sql
select :'proof';
