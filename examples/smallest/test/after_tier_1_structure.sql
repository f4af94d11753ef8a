-- What the release promises to whoever reads.
select is((select count(*) from greetings), 1::bigint, 'there is one greeting');
set role new_database_reader;
select is((select greeting from greetings), 'hello', 'the reader sees the greeting');
