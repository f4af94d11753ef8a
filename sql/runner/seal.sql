-- Changes the state in the stamp of every object, for example from applying to released: the point of no return.
-- The script sets `state_from` and `state_to` before; an object in another state is left alone.
select set_config('one_roof.state_from', format('^(one-roof run=\S+ state=)%s\M', :'state_from'), true) as seal_from,
       set_config('one_roof.state_to', '\1' || :'state_to', true) as seal_to \gset
\ir stamps.sql
do $seal$
declare
  object record;
begin
  for object in
    select target, description
    from json_to_recordset(current_setting('one_roof.stamps')::json -> 'comments') as c(target text, description text)
    where description ~ current_setting('one_roof.state_from')
  loop
    execute format('comment on %s is %L', object.target,
      regexp_replace(object.description, current_setting('one_roof.state_from'), current_setting('one_roof.state_to')));
  end loop;
end $seal$;
