-- Tier 9, verify: asserts the end state and, in the same transaction, seals the release.
\set writes ''
\set locks 'greetings'
\ir ../runner/open_tier.sql
\ir approval.sql
\ir ../runner/guard_stamp.sql
do $verify$
declare
  made bigint;
begin
  select count(*) into made from public.greetings where created_by = 'first_release';
  if made <> 1 then
    raise exception 'REFUSING: the last tier finds % greetings, expected 1; the release is not sealed, roll back', made;
  end if;
end $verify$;
\set state_from applying
\set state_to released
\ir ../runner/seal.sql
select format('verified greetings=%s', count(*)) as proof from public.greetings \gset
\ir ../runner/close_tier.sql
\ir ../runner/stamps.sql
select :'proof' where :'stamps'::json ->> 'own_released' = :'expected_objects';
