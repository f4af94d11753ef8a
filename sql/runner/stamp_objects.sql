-- Stamps every object of this release with its run, above the comment that it has: from now on this run, and no other, may
-- go on with it or undo it. The script sets `mark` before: what the undo has to know, as <name>=<last_value>/<is_called>.
select set_config('one_roof.mark', :'mark', true) as mark \gset
\ir stamps.sql
\ir required.sql
do $stamp$
declare
  stamp text := concat_ws(' ', format('one-roof run=%s state=applying package=%s', current_setting('one_roof.run_id'),
    current_setting('one_roof.package')), 'requires=' || nullif(current_setting('one_roof.requires'), ''),
    current_setting('one_roof.mark'));
  wanting text := current_setting('one_roof.wanting', true);
  object record;
begin
  if wanting <> '' then
    raise exception 'REFUSING: this release builds on %, expected sealed here; release it first', wanting;
  end if;
  for object in
    select target, description
    from json_to_recordset(current_setting('one_roof.stamps')::json -> 'comments') as c(target text, description text)
  loop
    execute format('comment on %s is %L', object.target, concat_ws(E'\n', trim(stamp), object.description));
  end loop;
end $stamp$;
