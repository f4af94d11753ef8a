-- Takes back what one run of this release did, and touches nothing that is not its own.
-- Variables: run_id (by hand it may be left out), undo_released=<run id> for a sealed release, override_changed_rows=<run id> for
-- rows that others wrote.
\set writes ''
\set locks ''
\set reads 'release_requests'
\ir ../runner/open_undo.sql
\ir ../runner/whose_undo.sql
\ir ../runner/undo/take_off.sql
do $undo$
declare
  run text := current_setting('one_roof.run_id');
  others bigint := 0;
begin
  if current_setting('one_roof.outcome') = '' and to_regclass('public.greetings') is not null then
    select count(*) into others from public.greetings where created_by <> 'first_release';
  end if;
  if others > 0 and current_setting('one_roof.override_changed_rows') <> run then
    raise exception 'REFUSING: % greetings are not of run %, expected 0; save them and delete them, '
      'or pass -v override_changed_rows=% to lose them', others, run, run;
  end if;
end $undo$;
\ir ../runner/undo/drop_tables.sql
\set undone :stamps
\ir ../runner/stamps.sql
select current_setting('one_roof.outcome') as outcome,
  case when (:'stamps'::json ->> 'found')::integer > 0 then 'present' else 'absent' end as greetings,
  case current_setting('one_roof.outcome') when 'undone' then :'undone'::json ->> 'own' else '0' end as objects \gset
\ir ../runner/close_tier.sql
select format('undo outcome=%s run=%s objects=%s greetings=%s', :'outcome',
  coalesce(nullif(:'run_id', ''), 'none'), :'objects', :'greetings');
