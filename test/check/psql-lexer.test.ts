import { splitPsql } from '../../check/psql-lexer.ts';
import { splitBody } from '../../check/plpgsql.ts';
import { readStatement, withPlaceholders } from '../../check/statement.ts';
import { loadParser } from '../../check/parse-sql.ts';

const shown = (text: string): string[] =>
  splitPsql(text).map((item) =>
    item.kind === 'command'
      ? `${item.line} \\${item.name} ${item.argument}`.trimEnd()
      : `${item.line} ${item.text} [${item.sentBy}]`,
  );

describe('the psql lexer', () => {
  it('ends statements at semicolons outside quotes, comments, parentheses and dollar quotes', () => {
    expect(
      shown(`select 'a;b', "c;d", $x$ ; $y$ ; $x$; -- one; two
/* three; /* four; */ */
select (1;2);
select E'it\\';s' as "x";`),
    ).toEqual([`1 select 'a;b', "c;d", $x$ ; $y$ ; $x$ [;]`, '3 select (1;2) [;]', `4 select E'it\\';s' as "x" [;]`]);
  });

  it('reads several commands in a line, and keeps backslashes in their quotes', () => {
    expect(shown("\\if :{?x} \\else \\set x 'a\\nb' \\endif\n\\pset recordsep '\\n'")).toEqual([
      '1 \\if :{?x}',
      '1 \\else',
      "1 \\set x 'a\\nb'",
      '1 \\endif',
      "2 \\pset recordsep '\\n'",
    ]);
  });

  it('sends a statement by \\gset, and takes the whole line for \\!', () => {
    expect(shown('select 1 as one\n  \\gset\n\\! echo a \\\\ b\nselect 2')).toEqual([
      '1 select 1 as one [gset]',
      '2 \\gset',
      '3 \\! echo a \\\\ b',
      '4 select 2 []',
    ]);
  });

  it('keeps the lines right around a command in the middle of a statement', () => {
    expect(shown('select 1\n\\echo two\n, 3;\nselect 4;')).toEqual([
      '2 \\echo two',
      '1 select 1\n\\echo two\n, 3 [;]',
      '4 select 4 [;]',
    ]);
  });

  it('keeps the body of a function between BEGIN ATOMIC and END together', () => {
    expect(
      shown('create or replace function f() returns int begin atomic select case when a then 1 end; end;\nbegin;'),
    ).toEqual([
      '1 create or replace function f() returns int begin atomic select case when a then 1 end; end [;]',
      '2 begin [;]',
    ]);
  });

  it('passes over the data of COPY', () => {
    expect(shown("copy t from stdin;\n1\t'\n\\.\nselect 1;")).toEqual(['1 copy t from stdin [;]', '4 select 1 [;]']);
  });

  it('gives the parser something to read for variables', () => {
    expect(withPlaceholders(`select :'a', :"b", :c, d::text, x[1:2] from t where e = ':f'`)).toBe(
      `select '{a}',  b,  c, d::text, x[1 2] from t where e = ':f'`,
    );
  });
});

describe('the PL/pgSQL splitter', () => {
  const pieces = (body: string): string[] =>
    splitBody(body).map(({ verb, sql, text }) => `${verb}: ${sql === '' ? text : sql}`);

  it('finds the statements between the keywords, also around CASE', () => {
    expect(
      pieces(`declare n bigint := 0; begin
        if case when a then b else c end then delete from t where x = case when y then 1 end; else null; end if;
        case n when 1 then update t set a = 1 where b; end case;
        for r in select 1 loop insert into t values (1); end loop;
        select count(*) into strict n from t;
      exception when others then raise; end`),
    ).toEqual([
      'declare: select 0',
      'if: select case when a then b else c end',
      'delete: delete from t where x = case when y then 1 end',
      'null: null',
      'case: select n',
      'when: select 1',
      'update: update t set a = 1 where b',
      'for: for r in select 1',
      'select: select 1',
      'insert: insert into t values (1)',
      'select: select count(*) from t',
      'when: select others',
      'raise: raise',
    ]);
  });

  it.each([
    ["for r in execute 'delete from t' loop null; end loop", 'delete: delete from t'],
    ['for i in reverse f(1)..g() by 2 loop null; end loop', 'for: select f(1), g(), 2'],
    ["foreach x in array f('a') loop null; end loop", "foreach: select f('a')"],
    ["return query execute 'delete from t'", 'delete: delete from t'],
    ['return query delete from t returning 1', 'delete: delete from t returning 1'],
    ['return next f()', 'return: select f()'],
    ['return f()', 'return: select f()'],
    ['open c for delete from t returning 1', 'delete: delete from t returning 1'],
    ["open c for execute 'delete from t'", 'delete: delete from t'],
    ['open c(f())', 'open: select c(f())'],
    ['if f() then null; end if', 'if: select f()'],
    ['while f() loop null; end loop', 'while: select f()'],
    ['exit when f()', 'exit: select f()'],
    ['continue outer_loop when f()', 'continue: select f()'],
    ['r.a[1] = f()', 'assign: select f()'],
    ['assert f(), g()', 'assert: select f(), g()'],
    ["raise notice '%', f() using hint = g()", "raise: select '%', f(), g()"],
    ["raise 'x' using column = f(), table := g(1, 2)", "raise: select 'x', f(), g(1, 2)"],
    ["execute 'x' || f() using g(), a into r", "execute: select 'x' || f(), g(), a"],
    ["security label on table t is 'x'", "security: security label on table t is 'x'"],
  ])('reads the SQL in %s', (body, expected) => {
    expect(pieces(`begin ${body}; end`)).toContain(expected);
  });

  it('reads defaults and cursors of declarations, also after an option of the compiler', () => {
    expect(
      pieces(
        '#variable_conflict use_column\ndeclare a int = f(); b int default g(); c cursor for delete from t; begin end',
      ),
    ).toEqual([
      'declare: select f()',
      'declare: select g()',
      'declare: c cursor for delete from t',
      'delete: delete from t',
    ]);
  });

  it('reads what EXECUTE builds, and counts lines from the file', async () => {
    await loadParser();
    const item = splitPsql("\n\ndo $x$\nbegin\n  execute format('drop view public.%I', v);\nend $x$;")[0];
    if (item?.kind !== 'statement') throw new Error('no statement');
    const [, dynamic] = readStatement(item).body;
    expect([...(dynamic?.parsed.nodes.keys() ?? [])]).toContain('DropStmt');
    expect(dynamic).toMatchObject({ line: 5, dynamic: true, verb: 'drop' });
  });
});
