-- expect 10 unplanned_trigger
-- A table of the application follows ownership rows: its rows go when the undo deletes ours.
create table public.app_follow (id bigint references public.governance_object_ownership (id) on delete cascade);
