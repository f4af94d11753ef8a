-- expect 10 SQLSTATE 23503
-- Owned objects have to be known to the application; the reference is looked at when a transaction commits.
create table public.app_object (ref text primary key);
alter table public.governance_object_ownership add constraint app_known foreign key (object_ref) references public.app_object (ref)
  deferrable initially deferred;
