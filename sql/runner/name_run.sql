-- Names the run: by the machine's id, or by hand after this moment.
\if :{?run_id} \else \set run_id '' \endif
select case when :'run_id' = '' then to_char(clock_timestamp() at time zone 'UTC', '"hand-"YYYYMMDD"T"HH24MISS"Z"')
            else :'run_id' end as run_id \gset
select set_config('one_roof.run_id', :'run_id', false) as run_id \gset
\ir guard_run.sql
