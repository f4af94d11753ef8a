import { join } from 'node:path';
import { splitPsql } from '../../../check/psql-lexer.ts';
import { flatten } from '../../../core/package/flatten.ts';
import { timedPlaces } from '../../../core/package/timed-places.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const open = '\\ir runner/open_tier.sql\n';
const close = '\\ir runner/close_tier.sql\n';
const runner = [
  ['runner/open_tier.sql', 'begin;\n\\timing on\n'],
  ['runner/close_tier.sql', '\\timing off\ncommit;\n'],
] as const;

/** Where the statements of a tier begin, by their lines. */
function linesOf(text: string): number[] {
  const files = new Map([...runner, ['t.sql', `${open}${text}\n${close}select 'proof';\n`]]);
  return timedPlaces(files, 't.sql').map(({ line }) => line - 1);
}

it.each([
  ['select 1;\n\nselect 2;', [1, 3]],
  ["insert into t values (';'), ('a''b;');\nselect E'\\';';\nselect 1;", [1, 2, 3]],
  ['do $$ begin; end $$;\ndo $a$ $$ ; $$ $a$;\nselect 1;', [1, 2, 3]],
  ['-- a; b\nselect 1; -- c;\n/* d;\n */ select 2;', [2, 4]],
  ['select 1 as a \\gset\nselect 2 \\gexec\nselect 3 \\g\nselect 4;', [1, 2, 3, 4]],
  ["\\set x 'a;b'\n\\if :x \\else \\set y 1; \\endif\n\\getenv z Z\nselect 1;", [4]],
  ['create rule r as on insert to t do also (select 1; select 2);\nselect 3;', [1, 2]],
  ['create table ";" (\n  a int\n);\nselect $1;', [1, 4]],
  ['', []],
])('the statements of %j begin on lines %j', (text, lines) => {
  expect(linesOf(text)).toEqual(lines);
});

it('a statement is named by the file that it stands in, with its first line', () => {
  const files = new Map([...runner, ['a/t.sql', `\\ir ../${open.slice(4)}\\ir b.sql\n\\ir ../${close.slice(4)}`]]);
  files.set('a/b.sql', '-- what it does\ninsert into t\nselect 1;\n');
  expect(timedPlaces(files, 'a/t.sql')).toEqual([{ file: 'a/b.sql', line: 2, text: 'insert into t' }]);
});

it.each([
  ['is not there', new Map()],
  ['opens no transaction', new Map([...runner, ['t.sql', 'select 1;\n']])],
  ['closes none', new Map([...runner, ['t.sql', `${open}select 1;\n`]])],
  ['includes what is not there', new Map([['t.sql', open]])],
])('a script that %s has none', (_, files: ReadonlyMap<string, string>) => {
  expect(timedPlaces(files, 't.sql')).toEqual([]);
});

describe.each(['sql', 'examples/orders', 'examples/smallest'])('in %s', (folder) => {
  const files = readPackageFiles(join(__dirname, '../../..', folder));
  const scripts = [...files.keys()].filter((path) => timedPlaces(files, path).length > 0);

  it.each(scripts)('%s has the statements that the linter reads there', (path) => {
    const { text, origin } = flatten(files, path);
    const inFile = text.split('\n').map((_, index) => origin(index + 1).file);
    const [opened, closed] = [inFile.lastIndexOf('runner/open_tier.sql'), inFile.indexOf('runner/close_tier.sql')];
    const within = splitPsql(text).flatMap((item) => {
      if (item.kind !== 'statement' || item.line <= opened + 1 || item.line > closed) return [];
      const place = origin(item.line);
      return /^runner\/(required|lock_more|take_locks|refuse_untrusted)\.sql$/.test(place.file) ? [] : [place];
    });
    expect(timedPlaces(files, path).map(({ file, line }) => ({ file, line }))).toEqual(within);
  });

  it('every tier that writes has some', () => expect(scripts.length).toBeGreaterThan(1));
});
