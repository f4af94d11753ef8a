-- Takes locks within an open script, for what makes the application wait and so comes behind the long work; `locks` as at its opening.
-- Not timed, as the trial has all locks from its beginning.
\timing off
select set_config('one_roof.locks', :'locks', true) as locks \gset
\ir take_locks.sql
\ir refuse_untrusted.sql
\if :{?one_roof_timed} \timing :one_roof_timed \endif
