-- expect 10 unplanned_trigger
-- A rewrite rule sends a message for every statement that adds owners.
create rule app_tell as on insert to public.governance_object_ownership do also notify app;
