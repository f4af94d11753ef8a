-- Fingerprint, read-only: one sha256 per kind of object in the catalogue, one per relation that the release works on, and one of the
-- rows of each that it may change, with its sequences. Stable order by name, never by oid; equal fingerprints mean an equal database
-- as far as the release could have changed it. Beside them it leaves what tells our changes from those of others: `snapshot`, and,
-- where it is given an earlier one as `entry_snapshot`, what changed since. Rows are sums of two hashes, without order or a limit of 1 GB.
\ir open_reader.sql
set local search_path = pg_catalog; -- definitions print every other schema in full
\set changed '{}'
\ir changed_since.sql
do $rows$
declare
  known text; owned text;
  digests jsonb := '{}';
  rows text; sequence text;
begin
  foreach known in array string_to_array(current_setting('one_roof.existing_written'), ' ') loop
    rows := 'absent';
    sequence := 'absent';
    if to_regclass(format('public.%I', known)) is not null then
      begin
        execute format('select concat_ws(''/'', count(*), sum(hash_record_extended(o, 0)), sum(hash_record_extended(o, 1))) '
          'from public.%I o', known) into rows;
      exception when undefined_function then
        execute format('select concat_ws(''/'', count(*), sum(hashtextextended(o::text, 0)), sum(hashtextextended(o::text, 1))) '
          'from public.%I o', known) into rows;
      end;
      select string_agg(format('select concat_ws(''/'', %L || last_value, is_called, %s) as line from %s', d.objid::regclass || '=',
        s.seqincrement::bigint, d.objid::regclass), ' union all ') into owned
      from pg_depend d join pg_sequence s on s.seqrelid = d.objid
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
        and d.refobjid = format('public.%I', known)::regclass and d.deptype in ('a', 'i');
      if owned is not null then -- in clear: whoever compares has to tell what a crash does to a sequence from what a release does
        execute format($q$select string_agg(line, E'\n' order by line collate "C") from (%s) lines$q$, owned) into sequence;
      end if;
    end if;
    digests := digests || jsonb_build_object('rows_' || known, rows, 'sequence_' || known, sequence);
  end loop;
  perform set_config('one_roof.row_digests', digests::text, true);
end $rows$;
\ir fingerprint_sections.sql
\set proof ''
execute fingerprint(:'changed') \gset
\ir close_reader.sql
select 'fingerprint ' || replace(:'proof', E'\n', ' ');
