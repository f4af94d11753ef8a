-- The table in which a release keeps what was there before it changed it; first among the tables of the plan, so that it goes last.
create table public.:"release_keeps" (
  tier integer not null,
  kind text not null check (kind in ('row', 'view', 'function', 'column', 'index')),
  relation text not null, -- of a row, a column or an index; else the name of the object
  key text not null,
  old jsonb,              -- what was there before; null for what is new
  after text,             -- what the release made of it: whoever finds something else knows that somebody changed it since
  primary key (tier, kind, relation, key)
);
