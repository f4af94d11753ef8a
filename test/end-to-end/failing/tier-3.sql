-- Tier 3 fails: the ownership table refuses the 17th row, when the sequence has already moved.
create function public.refuse_seed() returns trigger language plpgsql as $$
begin
  if (select count(*) from public.governance_object_ownership) >= 16 then
    raise exception 'refused on purpose';
  end if;
  return new;
end $$;
create trigger refuse_seed before insert on public.governance_object_ownership for each row execute function public.refuse_seed();
