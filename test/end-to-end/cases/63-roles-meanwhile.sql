-- expect 13 role context_pack_readonly
-- Operations change a role and a setting while the release is at work, and somebody writes into the table of alerts.
-- meanwhile
alter role context_pack_readonly connection limit 7;
alter role workflow_admin in database directus set work_mem = '8MB';
insert into public.trigger_guard_alerts (command_tag, object_type, object_identity, done_by, done_at)
values ('NOTE', 'trigger', 'seen by somebody', 'somebody', '2026-06-03 10:00+00');
