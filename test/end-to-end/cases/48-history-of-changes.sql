-- expect 10 unplanned_trigger (orders)
-- Every version of an order is kept in a table of the application (system versioning by a trigger).
create table public.order_history (at timestamptz not null default now(), old_row jsonb not null);
create function public.keep_version() returns trigger language plpgsql as $f$
begin insert into public.order_history (old_row) values (to_jsonb(old)); return new; end $f$;
create trigger orders_keep_version before update on public.orders for each row execute function public.keep_version();
