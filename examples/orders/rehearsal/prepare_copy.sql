-- Makes a copy of the shop ready for a rehearsal: simulates the signature if there is none, and chooses an approved request.
\ir ../runner/rehearsal/settings.sql
\ir ../runner/rehearsal/here.sql
\ir ../plan.sql
\ir ../runner/untrusted_code.sql
select set_config('one_roof.existing_written', current_setting('one_roof.existing_written') || ' change_signatures', false) as written \gset
execute untrusted_code \gset
\ir ../runner/refuse_untrusted.sql
begin transaction isolation level repeatable read read write;
select case when exists (select from public.change_signatures) then 'present' else 'simulated' end as signature,
  coalesce(min(code), 'none') as apr from public.change_requests where status = 'approved' and kind = :'expected_kind' \gset
insert into public.change_signatures select :'apr', now() where :'signature' = 'simulated' and :'apr' <> 'none';
select set_config('one_roof.apr', :'apr', false) as apr_set \gset
do $apr$
begin
  if current_setting('one_roof.apr') = 'none' then
    raise exception 'REFUSING: % approved requests of this kind, expected at least 1; a release could not start either', 0;
  end if;
end $apr$;
commit;
select format('prepare_copy signature=%s apr=%s', :'signature', :'apr');
