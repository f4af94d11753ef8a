-- Opens a rollback: a script that writes, and knows whose objects are there. By hand the run id may be left out; it is then
-- the one run that stamped anything. Variables of an operator: undo_released=<run id> for a sealed release,
-- override_changed_rows=<run id> for rows that somebody changed since.
\if :{?undo_released} \else \set undo_released '' \endif
\if :{?override_changed_rows} \else \set override_changed_rows '' \endif
\ir open_tier.sql
select set_config('one_roof.undo_released', :'undo_released', false) as undo_released,
       set_config('one_roof.override_changed_rows', :'override_changed_rows', false) as override_changed_rows \gset
\ir stamps.sql
select case when :'run_id' = '' and (:'stamps'::json ->> 'runs')::integer = 1
            then :'stamps'::json ->> 'run' else :'run_id' end as run_id \gset
select set_config('one_roof.run_id', :'run_id', false) as run_id \gset
\ir guard_run.sql
