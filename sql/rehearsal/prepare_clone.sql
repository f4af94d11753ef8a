-- Makes a clone ready for a rehearsal: simulates the one signature if there is none, and chooses an approved request.
-- Writes to a clone only: on any other database the included files refuse, also when a person runs this by hand.
\ir ../runner/rehearsal/settings.sql
\ir ../runner/rehearsal/here.sql
\ir ../plan.sql
-- the signature is written here, so nothing of a stranger's may act on that
\ir ../runner/untrusted_code.sql
select set_config('one_roof.existing_written', current_setting('one_roof.existing_written') || ' os_proposal_approvals',
  false) as written \gset
execute untrusted_code \gset
\ir ../runner/refuse_untrusted.sql
begin transaction isolation level repeatable read read write;
do $signature$
declare
  names text;
  chosen text;
begin
  perform set_config('one_roof.signature',
    case when exists (select from public.os_proposal_approvals) then 'present' else 'simulated' end, false);
  if current_setting('one_roof.signature') = 'simulated' then
    select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
           string_agg(case when t.typname = 'uuid' then 'gen_random_uuid()' when t.typcategory = 'B' then 'true'
             when t.typcategory = 'N' then '0'
             when t.typcategory = 'D' then 'now()' when t.typname in ('json', 'jsonb') then '''{}'''
             when a.attname = 'id' then 'gen_random_uuid()::text'
             else '''approved''' end, ', ' order by a.attnum)
    into names, chosen
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = 'public.os_proposal_approvals'::regclass and a.attnum > 0 and not a.attisdropped
      and (a.attnotnull and not a.atthasdef and a.attidentity = '' or a.attname = 'status');
    execute format('insert into public.os_proposal_approvals (%s) values (%s)', names, chosen);
  end if;
end $signature$;
select coalesce(min(code) filter (where status::text = 'approved'), min(code), 'none') as apr from public.approval_requests
where status::text in ('approved', 'applied') and request_type::text = :'expected_request_type' and action::text = :'expected_action' \gset
select set_config('one_roof.apr', :'apr', false) as apr_set \gset
do $apr$
begin
  if current_setting('one_roof.apr') = 'none' then
    raise exception 'REFUSING: no approval request of this kind is approved (found %), expected at least 1; '
      'a release could not start either', current_setting('one_roof.apr');
  end if;
end $apr$;
commit;
select format('prepare_clone signature=%s apr=%s', current_setting('one_roof.signature'), :'apr');
