-- expect 1 functions-known (check)
-- A function makes a large object, which no table names and no fingerprint holds.
select lo_from_bytea(0, 'x');
