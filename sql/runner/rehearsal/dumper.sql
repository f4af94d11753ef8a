-- Refuses a pg_dump that writes a name with a line break as it is: what stands behind the break would be run (CVE-2025-8715).
\set dumper `pg_dump --version`
select set_config('one_roof.dumper', :'dumper', false) as dumper_set \gset
do $dumper$
declare
  tool integer[] := regexp_match(current_setting('one_roof.dumper'), '([0-9]+)[.]([0-9]+)')::integer[];
  mended integer := case tool[1] when 15 then 14 when 16 then 10 when 17 then 6 else 0 end;
begin
  if tool is null or tool[1] < 15 or tool[2] < mended then
    raise exception 'REFUSING: the client tools are "%", expected pg_dump 15.14, 16.10, 17.6, 18.0 or later of the same, as an '
      'earlier one runs what a name holds behind a line break; nothing was copied, update them in the container',
      current_setting('one_roof.dumper');
  end if;
end $dumper$;
