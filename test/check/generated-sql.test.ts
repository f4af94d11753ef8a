import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';

/* Which text may become SQL: what the script says, and values that are quoted, however both are put together. */

const body = (declared: string, ...lines: string[]) =>
  `do $more$\ndeclare\n  ${declared}\nbegin\n  ${lines.join('\n  ')}\nend $more$;`;
const found = async (sql: string) => {
  const findings = await checkPackage(examplePackage({ file: 'checks/gate.sql', part: 'more', sql }));
  return findings.some(({ rule }) => rule === 'generated-sql-quoted');
};

describe('a value that is pasted into SQL', () => {
  it.each([
    ['by %s', "select format('set role %s', rolname) from pg_roles \\gexec"],
    ['by a place in the pattern', "select format('set role %2$s', 1, rolname) from pg_roles \\gexec"],
    ['by ||', "select 'set role ' || rolname from pg_roles \\gexec"],
    ['in another part of a UNION', "select 'select 1' union all select 'set role ' || rolname from pg_roles \\gexec"],
    ['in another column', "select 'select 1', rolname from pg_roles \\gexec"],
    ['from a psql variable', "\\set who somebody\nselect 'set role ' || :'who' \\gexec"],
    ['through a subquery', "select t from (select 'set role ' || rolname from pg_roles) q(t) \\gexec"],
    ['without a few characters', "select regexp_replace(rolname, '[^a-z'';]', '', 'g') from pg_roles \\gexec"],
    ['as the pattern itself', 'select format(rolname) from pg_roles \\gexec'],
    ['through a list', "select string_agg('set role ' || rolname, ';') from pg_roles \\gexec"],
    ['in one case of several', "select case when rolsuper then 'select 1' else rolname end from pg_roles \\gexec"],
    ['by a variable', body('t text;', "t := 'set role ' || current_user;", 'execute t;')],
    ['by INTO', body('t text;', 'select rolname into t from pg_roles limit 1;', "execute format('set role %s', t);")],
    [
      'by a field of a row',
      body('r record;', 'for r in select rolname from pg_roles loop', "execute 'set role ' || r.rolname;", 'end loop;'),
    ],
    [
      'by one of two assignments',
      body("t text := 'select 1';", "t := current_setting('one_roof.run_id');", 'execute t;'),
    ],
    ['by what another statement answered', body('t text;', "execute 'select 1' into t;", 'execute t;')],
    ['by a setting', body('n text;', "execute current_setting('one_roof.run_id');")],
    ['that looks quoted', body('n text;', `execute 'select "' || current_user || '"';`)],
  ])('%s', async (_, sql) => {
    expect(await found(sql)).toBe(true);
  });
});

describe('what cannot hold anything else', () => {
  it.each([
    ['%I and %L', "select format('select %L from %I', rolname, rolname) from pg_roles \\gexec"],
    [
      'functions that quote',
      "select 'select ' || quote_literal(rolname) || ' from ' || quote_ident(rolname) from pg_roles \\gexec",
    ],
    ['a name that PostgreSQL quotes', "select format('lock table %s', oid::regclass) from pg_class \\gexec"],
    [
      'words alone',
      "select format('lock table pg_class in %s mode', regexp_replace(rolname, '[^a-z ]', '', 'g')) from pg_roles \\gexec",
    ],
    ['a number', "select format('select %s', count(*)) from pg_class \\gexec"],
    [
      'one word or another',
      "select format('select %s', case when rolsuper then '1' else '2' end) from pg_roles \\gexec",
    ],
    [
      'a list of quoted names',
      "select format('select %s', string_agg(quote_ident(rolname), ', ')) from pg_roles \\gexec",
    ],
    [
      'rows of VALUES',
      body(
        'r record;',
        "for r in select * from (values ('a', 'select 1')) as q(name, query) loop",
        'execute r.query;',
        'end loop;',
      ),
    ],
    [
      'a variable of quoted text',
      body(
        't text;',
        "select string_agg(quote_ident(rolname), ', ') into t from pg_roles;",
        "execute format('select %s', t);",
      ),
    ],
    [
      'a declared number',
      body('n bigint;', 'select count(*) into n from pg_roles;', "execute format('select %s', n);"),
    ],
    [
      'one of a list of words',
      body('t text;', "foreach t in array array['a', 'b'] loop", "execute 'select ' || t;", 'end loop;'),
    ],
  ])('%s', async (_, sql) => {
    expect(await found(sql)).toBe(false);
  });
});
