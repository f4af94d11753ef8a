-- expect 10 SQLSTATE 23505
-- Nobody may own two things; as owners are exchanged in one transaction, that too is looked at when it commits.
alter table public.governance_object_ownership add constraint app_one_each unique (owner_gov_code) deferrable initially deferred;
