-- Tier 1, daily figures: one row per day with orders, and a view of them by month. Everything that the release creates, it creates
-- here, with the stamp of its run.
\set writes 'order_days'
-- as strong as any tier or the undo needs it: a release that could not be undone never starts
\set locks 'orders=access exclusive'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/name_run.sql
\ir ../runner/stamps.sql
do $before$
declare
  present text := current_setting('one_roof.stamps')::json ->> 'present';
begin
  if present <> '' then
    raise exception 'REFUSING: objects of this release are present (%), expected none; %', present,
      current_setting('one_roof.stamps')::json ->> 'told';
  end if;
end $before$;

\ir ../runner/keep/table.sql
create table public.order_days (
  day date primary key,
  orders bigint not null,
  amount numeric not null,
  created_by text not null
);
create view public.v_order_months as
select date_trunc('month', day)::date as month, sum(orders)::bigint as orders, sum(amount) as amount from public.order_days group by 1;
comment on table public.order_days is 'Orders and their amount by the day in UTC on which they were placed.';
\set mark ''
\ir ../runner/stamp_objects.sql
grant select on public.order_days, public.v_order_months to shop_app, shop_reader;

insert into public.order_days (day, orders, amount, created_by)
select (placed_at at time zone 'UTC')::date, count(*), sum(amount), 'CHG_order_days' from public.orders group by 1;
do $after$
declare
  counted bigint;
  expected bigint;
begin
  select coalesce(sum(orders), 0) into counted from public.order_days;
  select count(*) into expected from public.orders;
  if counted <> expected then
    raise exception 'REFUSING: tier 1 counted % orders, expected %; roll back', counted, expected;
  end if;
end $after$;
select format('days=%s orders=%s', count(*), sum(orders)) as proof from public.order_days \gset
\ir ../runner/close_tier.sql
select format('run=%s', current_setting('one_roof.run_id'));
select :'proof';
