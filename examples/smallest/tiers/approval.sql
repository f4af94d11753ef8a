-- Refuses a tier that nobody approved: the request and its signature are looked up again in each of them.
do $approval$
declare
  apr text := current_setting('one_roof.ratified_apr');
  signed bigint;
begin
  select count(*) into signed from public.release_requests where code = apr and approved and signed_at is not null;
  if signed <> 1 then
    raise exception 'REFUSING: % approved and signed requests %, expected 1; wait for the signature', signed, quote_literal(left(apr, 80));
  end if;
end $approval$;
