-- The part of pgTAP that tests of a package need, for servers that do not have it: each assertion returns a line of TAP.
create schema tap;
set search_path = tap, pg_catalog;
create function plan(integer) returns text language sql as $$ select '1..' || $1 $$;
create function no_plan() returns setof text language sql as $$ select ''::text where false $$;
create function finish() returns setof text language sql as $$ select ''::text where false $$;
create function ok(holds boolean, promise text default '') returns text language sql as $$
  select case when $1 then 'ok - ' else 'not ok - ' end || $2
$$;
create function compared(holds boolean, promise text, have text, want text) returns text language sql as $$
  select ok($1, $2) || case when $1 then '' else format(E'\n#   have: %s\n#   want: %s', coalesce($3, 'NULL'), coalesce($4, 'NULL')) end
$$;
create function is(have anyelement, want anyelement, promise text default '') returns text language sql as $$
  select compared($1 is not distinct from $2, $3, $1::text, $2::text)
$$;
create function isnt(have anyelement, want anyelement, promise text default '') returns text language sql as $$
  select compared($1 is distinct from $2, $3, $1::text, 'anything else')
$$;
