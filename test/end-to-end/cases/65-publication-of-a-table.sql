-- expect 0 app_owners carries what the release writes into public.governance_object_ownership
-- Change data capture of a table into which the release inserts.
create publication app_owners for table public.governance_object_ownership, public.taxonomy;
