-- Takes back what one run of this release did, and touches nothing that is not its own.
-- Variables: run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id> for
-- rows that somebody changed since.
\set writes 'orders,orders_kept'
\set locks ''
\set reads 'orders open_orders customers'
\ir ../runner/open_undo.sql
\ir ../runner/whose_undo.sql
\ir ../runner/undo/take_off.sql
do $take_back$
declare
  run text := current_setting('one_roof.run_id');
  others bigint := 0;
begin
  if current_setting('one_roof.outcome') <> '' then
    return;
  end if;
  if to_regclass('public.order_days') is not null then
    select count(*) into others from public.order_days where created_by <> 'CHG_order_days';
  end if;
  if others > 0 and current_setting('one_roof.override_changed_rows') <> run then
    raise exception 'REFUSING: % rows of order_days are not of run %, expected 0; save them and delete them, '
      'or pass -v override_changed_rows=% to lose them', others, run, run;
  end if;
end $take_back$;
\set put_back_tier ''
\ir ../runner/keep/put_back.sql
\ir ../runner/undo/drop_tables.sql
\set undone :stamps
\ir ../runner/stamps.sql
select current_setting('one_roof.outcome') as outcome,
  case when (:'stamps'::json ->> 'found')::integer > 0 then 'present' else 'absent' end as days,
  case current_setting('one_roof.outcome') when 'undone' then :'undone'::json ->> 'own' else '0' end as objects \gset
\ir ../runner/close_tier.sql
select format('run %s is sealed as released, nothing was touched; an operator undoes it with -v undo_released=%s', :'run_id', :'run_id')
where :'outcome' = 'already_released';
select format('take_back outcome=%s run=%s objects=%s days=%s', :'outcome', coalesce(nullif(:'run_id', ''), 'none'), :'objects', :'days');
