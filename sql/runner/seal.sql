-- Changes the state in the stamp of every object, for example from applying to released: the point of no return.
-- The script sets `state_from` and `state_to` before; an object in another state is left alone.
select set_config('one_roof.state_from', format('^(one-roof run=\S+ state=)%s\M', :'state_from'), true) as seal_from,
       set_config('one_roof.state_to', '\1' || :'state_to', true) as seal_to \gset
\ir stamps.sql
do $seal$
declare
  o record;
begin
  for o in
    select kind, target, description
    from json_to_recordset(current_setting('one_roof.stamps')::json -> 'comments') as c(kind text, target text, description text)
    where description ~ current_setting('one_roof.state_from')
  loop
    execute format('comment on %s is %L', case o.kind when 'function' then 'function ' || o.target::regprocedure
        when 'view' then 'view ' || o.target::regclass else 'table ' || o.target::regclass end,
      regexp_replace(regexp_replace(o.description, current_setting('one_roof.state_from'), current_setting('one_roof.state_to')),
        '^([^\n]* since=)\S+', '\1' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
  end loop;
end $seal$;
