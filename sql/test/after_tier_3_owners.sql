-- Owners: each object once, nobody's owner replaced.
select is((select count(*) from governance_object_ownership), 30::bigint, 'thirty owners are recorded');
select is((select count(*) from v_object_owner_gap), 0::bigint, 'no required cell is left without an owner');
select is((select count(*) from (
  select from governance_object_ownership group by object_type, object_ref, scope having count(*) > 1) twice),
  0::bigint, 'no object has two owners in one scope');
