-- expect 10 unplanned_trigger
-- A rewrite rule keeps a note of every ownership row that is deleted.
create table public.app_note (ref text);
create rule app_note as on delete to public.governance_object_ownership do also insert into public.app_note values (old.object_ref);
