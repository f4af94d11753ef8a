-- What has to be so before the release.
select ok(to_regclass('greetings') is null, 'there are no greetings yet');
