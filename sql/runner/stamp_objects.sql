-- Stamps every object of this release with its run, above the comment that it has: from now on this run, and no other, may
-- go on with it or undo it. The script sets `mark` before: what the undo has to know, as <name>=<last_value>/<is_called>.
select set_config('one_roof.mark', :'mark', true) as mark \gset
\ir stamps.sql
\timing off
\ir required.sql
\if :{?one_roof_timed} \timing :one_roof_timed \endif
do $stamp$
declare
  stamp text := concat_ws(' ', format('one-roof run=%s state=applying package=%s', current_setting('one_roof.run_id'),
    current_setting('one_roof.package')), 'requires=' || nullif(current_setting('one_roof.requires'), ''),
    'since=' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), current_setting('one_roof.mark'));
  wanting text := current_setting('one_roof.wanting', true);
  o record;
begin
  if wanting <> '' then
    raise exception 'REFUSING: this release builds on %, expected sealed here; release it first', wanting;
  end if;
  for o in
    select kind, target, description
    from json_to_recordset(current_setting('one_roof.stamps')::json -> 'comments') as c(kind text, target text, description text)
  loop
    execute format('comment on %s is %L', case o.kind when 'function' then 'function ' || o.target::regprocedure
        when 'view' then 'view ' || o.target::regclass else 'table ' || o.target::regclass end,
      concat_ws(E'\n', trim(stamp), o.description));
  end loop;
end $stamp$;
