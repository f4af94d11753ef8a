import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage } from '../../check/check-package.ts';
import { examplePackage } from '../../check/example-package.ts';
import { splitPsql } from '../../check/psql-lexer.ts';
import { readStatement } from '../../check/statement.ts';

/** The findings for SQL in a tier of the example, as `<line of the SQL> <rule>`. */
async function found(sql: string): Promise<string[]> {
  const example = { file: 'prod/20_rows.sql', part: 'more', sql };
  const files = examplePackage(example);
  const marker = (files.get(example.file) ?? '').split('\n').indexOf('-- <more>') + 1;
  return (await checkPackage(files)).map(({ file, line, rule }) =>
    file === example.file ? `${line - marker} ${rule}` : rule,
  );
}
const inBlock = (statement: string): string => `do $x$\ndeclare r record;\nbegin\n  ${statement};\nend $x$;`;
const asFunction = (rest: string): string =>
  `create function public.f() returns integer set search_path = pg_catalog\n${rest};`;

describe('nothing in a tier is passed over', () => {
  it.each([
    ["do '\nbegin\n  perform ''one'';\n  truncate note;\nend';", '4 no-truncate'],
    ["do language plpgsql '\nbegin\n  truncate note;\nend';", '3 no-truncate'],
    [asFunction('language sql as $f$\n  truncate note;\n  select 1 $f$'), '3 no-truncate'],
    [asFunction("language sql as '\n  truncate note;\n  select 1'"), '3 no-truncate'],
    [asFunction("language plpgsql as '\nbegin\n  truncate note;\nend'"), '4 no-truncate'],
    [asFunction("return pg_notify('a', 'b')"), '2 no-emission'],
    [
      asFunction("begin atomic\n  select 1;\n  select case when true then pg_notify('a', 'b') end;\nend"),
      '4 no-emission',
    ],
    [inBlock("execute 'do $y$ begin\n    truncate note; end $y$'"), '5 no-truncate'],
    [inBlock("execute 'create function g() returns int language sql as ''truncate note'''"), '4 no-truncate'],
    [inBlock("execute 'create function g() returns int language sql as ''select 1'''"), '4 search-path-pinned'],
  ])('a body: %j', async (sql, finding) => {
    expect(await found(sql)).toContain(finding);
  });

  it('a body counts for the calls of its function, not for its definition', async () => {
    const rules = await found(asFunction('language sql as $f$\n  delete from ledger;\n  select 1 $f$'));
    expect(rules).toContain('3 qualified-writes');
    expect(rules).not.toContain('3 existing-rows-stay');
  });

  it.each([
    [asFunction("language c as 'library', 'symbol'")],
    ["do language plperl 'spi_exec_query(1)';"],
    ["do E'begin\\n truncate note; end';"],
    ["do 'begin '\n'truncate note; end';"],
    ["do :'run_id';"],
    [inBlock("execute 'do language plperl ''1'''")],
  ])('a body that cannot be read: %j', async (sql) => {
    expect((await found(sql)).some((finding) => finding.endsWith(' bodies-are-read'))).toBe(true);
  });

  it.each([
    ["for r in execute 'truncate note' loop null; end loop", 'no-truncate'],
    ["return query execute 'truncate note'", 'no-truncate'],
    ['return query delete from note returning 1', 'qualified-writes'],
    ['open r for delete from note returning 1', 'qualified-writes'],
    ["if pg_notify('a', 'b') is null then null; end if", 'no-emission'],
    ["while pg_notify('a', 'b') is null loop null; end loop", 'no-emission'],
    ["exit when pg_notify('a', 'b') is null", 'no-emission'],
    ["r := pg_notify('a', 'b')", 'no-emission'],
    ["raise notice '%', pg_notify('a', 'b')", 'no-emission'],
    ['refuse this', 'sql-parses'],
  ])('in a block: %s', async (statement, rule) => {
    expect(await found(inBlock(statement))).toContain(`4 ${rule}`);
  });

  it.each([
    "execute 'truncate ' || 'note'",
    'execute r',
    "execute format('select 1') || '; truncate note'",
    "execute format(r, 'select 1')",
    "execute format('select ' || r, 'select 1')",
    "execute 'select 1' '; truncate note'",
    "execute E'select 1 -- \\n; truncate note'",
    "execute format('%s', 'truncate note')",
    "execute format('select 1; %s', 'truncate note')",
    "execute format('trun%s note', 'cate')",
    'for r in execute r loop null; end loop',
  ])('text that nobody can read beforehand: %s', async (statement) => {
    expect(await found(inBlock(statement))).toContain('4 execute-is-read');
  });

  it('and nothing is complained about that PL/pgSQL allows', () => {
    const [item] = splitPsql(readFileSync(join(__dirname, 'every-plpgsql-statement.sql'), 'utf8'));
    if (item?.kind !== 'statement') throw new Error('no statement');
    const { body, unread } = readStatement(item);
    expect(unread).toBe(false);
    expect(body.length).toBeGreaterThan(90);
    expect(body.filter(({ parsed }) => parsed.error !== undefined).map(({ text }) => text)).toEqual([]);
  });
});
