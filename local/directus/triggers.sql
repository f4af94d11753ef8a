-- Triggers of the application, created after the rows so that loading them moves nothing.

-- Refuses what the registry does not allow: unknown type, inactive type, wrong stream, wrong lane, in this order.
create function public.fn_event_type_validate() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  known public.event_type_registry;
begin
  select * into known from public.event_type_registry where event_domain = new.event_domain and event_type = new.event_type;
  if not found then
    raise exception 'event type %/% is unknown', new.event_domain, new.event_type;
  elsif not known.active then
    raise exception 'event type %/% is inactive', new.event_domain, new.event_type;
  elsif new.event_stream is distinct from known.event_stream then
    raise exception 'event type %/% belongs to stream %, not %', new.event_domain, new.event_type, known.event_stream, new.event_stream;
  elsif new.delivery_lane is distinct from known.delivery_lane then
    raise exception 'event type %/% belongs to lane %, not %', new.event_domain, new.event_type, known.delivery_lane, new.delivery_lane;
  end if;
  return new;
end $$;
create trigger trg_event_outbox_type_validate before insert on public.event_outbox for each row execute function public.fn_event_type_validate();

-- Registers the birth of a row under the value of the column that the trigger names.
create function public.fn_birth_registry_auto() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into public.birth_registry (collection_name, entity_code, certificate)
  values (tg_table_name, to_jsonb(new) ->> tg_argv[0], '{"registrar": "fn_birth_registry_auto"}')
  on conflict (collection_name, entity_code) do nothing;
  return null;
end $$;
create trigger trg_birth_apr_action_types after insert on public.apr_action_types for each row execute function public.fn_birth_registry_auto('action_code');
create trigger trg_birth_approval_requests after insert on public.approval_requests for each row execute function public.fn_birth_registry_auto('code');
create trigger trg_birth_system_issues after insert on public.system_issues for each row execute function public.fn_birth_registry_auto('code');
create trigger trg_birth_taxonomy after insert on public.taxonomy for each row execute function public.fn_birth_registry_auto('code');

-- A request to add approves itself, which is why a ratification must be filed as modify.
create function public.fn_auto_approve_add() returns trigger language plpgsql as $$
begin
  if new.action = 'add' and new.status = 'pending' then
    new.status := 'approved';
  end if;
  return new;
end $$;
create trigger trg_apr_auto_approve_add before insert on public.approval_requests for each row execute function public.fn_auto_approve_add();

-- A high-risk action is approved only with its quorum. A request without an action code slips through.
create function public.fn_apr_quorum_check() returns trigger language plpgsql as $$
begin
  if new.status = 'approved' and old.status <> 'approved' and not public.quorum_passed(new.code)
     and exists (select from public.apr_action_types where action_code = new.proposed_action_code and risk_level = 'high') then
    raise exception 'quorum not met for %', new.code;
  end if;
  return new;
end $$;
create trigger trg_apr_quorum_check before update of status on public.approval_requests for each row execute function public.fn_apr_quorum_check();

create function public.fn_touch_date_updated() returns trigger language plpgsql as $$
begin
  new.date_updated := now();
  return new;
end $$;
create trigger trg_apr_touch before update on public.approval_requests for each row execute function public.fn_touch_date_updated();
create trigger trg_system_issues_touch before update on public.system_issues for each row execute function public.fn_touch_date_updated();

create function public.fn_trim_code() returns trigger language plpgsql as $$
begin
  new.code := btrim(new.code);
  return new;
end $$;

-- Stands for the jobs that hang on these tables in production; here it only has to be there and do no harm.
create function public.fn_observe_change() returns trigger language plpgsql as $$
begin
  return null;
end $$;

create trigger trg_apr_trim_code before insert on public.approval_requests for each row execute function public.fn_trim_code();
create trigger trg_apr_observe after update on public.approval_requests for each row execute function public.fn_observe_change();
create trigger trg_governance_relations_observe after insert or update or delete on public.governance_relations
  for each row execute function public.fn_observe_change();

do $$
declare
  job text;
begin
  -- Nine on system_issues: birth and touch above, and these seven.
  foreach job in array array['counters', 'dedupe', 'escalate', 'fingerprint', 'link_entity', 'resolve', 'stream'] loop
    execute format('create trigger trg_system_issues_%s after insert or update on public.system_issues
                    for each row execute function public.fn_observe_change()', job);
  end loop;
  -- Thirteen on taxonomy: birth above, and these twelve.
  foreach job in array array['counters', 'cycle', 'depth', 'facet', 'labels', 'merge', 'names', 'origin', 'parent', 'replace', 'rules', 'scope'] loop
    execute format('create trigger trg_taxonomy_%s after insert or update on public.taxonomy
                    for each row execute function public.fn_observe_change()', job);
  end loop;
end $$;
