-- expect 13 definition of governance_registry
-- A migration of the application adds a column, an index and a comment to tables that the release works on.
-- meanwhile
alter table public.governance_registry add column note text;
create index app_owner_kind on public.governance_object_ownership (owner_kind);
comment on table public.trigger_guard_alerts is 'Read every morning.';
