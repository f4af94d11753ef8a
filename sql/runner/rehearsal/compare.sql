-- On the clone, after a rollback: lists by name everything that is not as it was before the first tier. A row that was
-- written is newer than the record, and a row that is gone changes the count, so nothing has to be hashed; rows that the plan
-- says are put back are newer too, and the fingerprint compares them. A view that was put back is known by its name and definition.
\ir settings.sql
\ir here.sql
\ir ../../plan.sql
\set begin 'begin transaction isolation level repeatable read read only'
\ir prove_copy.sql
do $compare$
declare
  known record;
  entry xid := (select (xid::numeric % 4294967296)::text::xid from one_roof_rehearsal.entry);
  counted bigint;
  written bigint;
  position_now text;
  found text[];
  put_back text[] := array(select 'public.' || quote_ident(split_part(item, '=', 1))
    from string_to_table(current_setting('one_roof.changed', true), ';') item);
begin
  select coalesce(array_agg(case when c.oid is null then format('%s is gone', r.name)
    when pg_get_viewdef(c.oid) <> r.definition then format('%s has another definition', r.name)
    when coalesce(c.relacl::text, '') <> r.acl then format('grants on %s are %s, were %s', r.name,
      coalesce(c.relacl::text, 'the default'), coalesce(nullif(r.acl, ''), 'the default'))
    else format('owner of %s is %s, was %s', r.name, pg_get_userbyid(c.relowner), r.owner) end), '{}') into found
  from one_roof_rehearsal.relation r
  left join pg_class c on c.relkind = r.relkind and c.oid = case r.relkind when 'v' then to_regclass(r.name) else r.oid end
  where c.oid is null or coalesce(c.relacl::text, '') <> r.acl or pg_get_userbyid(c.relowner) <> r.owner
    or pg_get_viewdef(c.oid) <> r.definition;
  select found || coalesce(array_agg(format('%s is left behind', c.oid::regclass)), '{}') into found
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_'
    and n.nspname not in ('information_schema', 'one_roof_rehearsal')
    and not exists (select from one_roof_rehearsal.relation r
      where r.oid = c.oid or r.relkind = 'v' and c.relkind = 'v' and r.name = c.oid::regclass::text);
  for known in select r.* from one_roof_rehearsal.relation r join pg_class c on c.oid = r.oid where r.relkind in ('r', 'S') loop
    if known.relkind = 'S' then
      execute format('select concat_ws(''/'', last_value, is_called) from %s', known.oid::regclass) into position_now;
      if position_now <> known.position then
        found := found || format('sequence %s is at %s, was at %s', known.name, position_now, known.position);
      end if;
    else
      execute format('select count(*), count(*) filter (where age(xmin) < age($1)) from %s', known.oid::regclass)
      using entry into counted, written;
      if counted <> known.row_count or written > 0 and known.name <> all (put_back) then
        found := found || format('%s has %s rows, had %s; %s of them were written since', known.name, counted, known.row_count, written);
      end if;
    end if;
  end loop;
  perform set_config('one_roof.found', to_json(found)::text, false);
end $compare$;
commit;
select 'rehearsal_compare ' || current_setting('one_roof.found');
