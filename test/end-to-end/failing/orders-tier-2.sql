-- Tier 2 fails: no order may be changed any more.
create function public.refuse_changes() returns trigger language plpgsql as $$ begin raise exception 'refused on purpose'; end $$;
create trigger refuse_changes before update on public.orders for each row execute function public.refuse_changes();
