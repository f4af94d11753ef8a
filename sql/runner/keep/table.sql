-- The table in which a release keeps what was there before it changed it; first among the tables of the plan, so that it goes last.
create table public.:"release_keeps" (
  tier integer not null,
  kind text not null check (kind in ('row', 'rows', 'view', 'function', 'column', 'index')),
  relation text not null, -- of a row, a column or an index; else the name of the object
  key text not null,
  old jsonb,              -- what was there before; null for what is new; of `rows`, how a tier's were hashed and which columns it changed
  after text,             -- what the release made of it: whoever finds something else knows that somebody changed it since
  primary key (kind, tier, relation, key)
);
do $kept$
declare kept text := current_setting('one_roof.keeps'); granted record;
begin -- the undo runs what lies in it, so nobody else writes there, whatever is granted on new tables
  for granted in select case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end as name
    from pg_class c cross join lateral aclexplode(c.relacl) g
    where c.oid = format('public.%I', kept)::regclass and g.grantee <> c.relowner
  loop
    execute format('revoke all on public.%I from %s', kept, granted.name);
  end loop;
end $kept$;
