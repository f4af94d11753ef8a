-- expect 1 functions-known (check)
-- A function writes into the write-ahead log, whence a subscriber reads it: no rollback takes that back.
select pg_logical_emit_message(false, 'app', 'released');
