-- expect 1 existing-rows-stay (check)
-- An upsert changes the rows of an existing table that are there already.
insert into public.ledger (code, created_by) values ('one', 'PROD_more') on conflict (code) do update set code = excluded.code;
