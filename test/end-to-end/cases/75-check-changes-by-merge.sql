-- expect 1 existing-rows-stay (check)
-- Rows of an existing table are changed by MERGE: neither an UPDATE nor an upsert.
merge into public.ledger l using public.note n on n.code = l.code when matched then update set code = n.code when not matched then do nothing;
