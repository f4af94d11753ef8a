-- The undo of the sealed release leaves the database as it was.
select ok(to_regclass('greetings') is null, 'no greetings are left');
