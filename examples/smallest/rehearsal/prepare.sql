-- Makes a copy ready for a rehearsal: simulates the signature if there is none, and chooses an approved request.
\ir ../runner/rehearsal/settings.sql
\ir ../runner/rehearsal/here.sql
\ir ../plan.sql
\ir ../runner/untrusted_code.sql
select set_config('one_roof.existing_written', current_setting('one_roof.existing_written') || ' release_requests', false) as written \gset
execute untrusted_code \gset
\ir ../runner/refuse_untrusted.sql
begin transaction isolation level repeatable read read write;
select case when exists (select from public.release_requests where signed_at is not null) then 'present' else 'simulated' end as signature,
  coalesce(min(code) filter (where approved), 'none') as apr from public.release_requests \gset
update public.release_requests set signed_at = now() where code = :'apr' and :'signature' = 'simulated';
select set_config('one_roof.apr', :'apr', false) as apr_set \gset
do $apr$
begin
  if current_setting('one_roof.apr') = 'none' then
    raise exception 'REFUSING: % approved requests, expected at least 1; a release could not start either', 0;
  end if;
end $apr$;
commit;
select format('prepare signature=%s apr=%s', :'signature', :'apr');
