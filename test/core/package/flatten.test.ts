import { PackageInvalid } from '../../../core/base/errors.ts';
import { flatten, includedFiles, readIncludes } from '../../../core/package/flatten.ts';
import { renderLineMap } from '../../../core/package/line-map.ts';

const files = (texts: Record<string, string>): Map<string, string> => new Map(Object.entries(texts));

const tier = files({
  'prod/20_rows.sql': 'one\n\\ir ../runner/open.sql\ntwo\n\\ir ../runner/close.sql\nthree\n',
  'runner/open.sql': 'open one\n\\ir ../plan.sql\nopen two\n',
  'runner/close.sql': 'close\n',
  'plan.sql': 'plan one\nplan two\n',
});

describe('flattening', () => {
  it('puts the lines of each included file in the place of its include, nested ones too', () => {
    const { text } = flatten(tier, 'prod/20_rows.sql');
    expect(text.split('\n')).toEqual([
      'one',
      'open one',
      'plan one',
      'plan two',
      'open two',
      'two',
      'close',
      'three',
      '',
    ]);
  });

  it('leaves a script that includes nothing as it is, byte for byte', () => {
    const text = 'select 1;\n\n  select \'\\if\' as "\\i";\n\\if :{?x} \\else \\set x 1 \\endif\n';
    expect(flatten(files({ 'prod/x.sql': text }), 'prod/x.sql').text).toBe(text);
  });

  it('knows of each line the file and the line that a person can open', () => {
    const { text, origin } = flatten(tier, 'prod/20_rows.sql');
    const places = text.split('\n').slice(0, -1);
    expect(places.map((_line, index) => origin(index + 1))).toEqual([
      { file: 'prod/20_rows.sql', line: 1 },
      { file: 'runner/open.sql', line: 1 },
      { file: 'plan.sql', line: 1 },
      { file: 'plan.sql', line: 2 },
      { file: 'runner/open.sql', line: 3 },
      { file: 'prod/20_rows.sql', line: 3 },
      { file: 'runner/close.sql', line: 1 },
      { file: 'prod/20_rows.sql', line: 5 },
    ]);
    expect(origin(99)).toEqual({ file: 'prod/20_rows.sql', line: 5 });
  });

  it('writes that down as the places at which the file changes', () => {
    expect(renderLineMap(flatten(tier, 'prod/20_rows.sql'))).toBe(
      '1:prod/20_rows.sql:1 2:runner/open.sql:1 3:plan.sql:1 5:runner/open.sql:3 6:prod/20_rows.sql:3 7:runner/close.sql:1 8:prod/20_rows.sql:5',
    );
  });

  it('separates a file from itself when it is included twice in a row', () => {
    const twice = files({ 'a.sql': '\\ir b.sql\n\\ir b.sql\n', 'b.sql': 'one\ntwo\n' });
    expect(renderLineMap(flatten(twice, 'a.sql'))).toBe('1:b.sql:1 3:b.sql:1');
  });

  it('names the files that others include', () => {
    expect([...includedFiles(tier)].sort()).toEqual(['plan.sql', 'runner/close.sql', 'runner/open.sql']);
  });
});

describe('an include that cannot be followed is refused with file, line and remedy', () => {
  const refused = (texts: Record<string, string>): string => {
    try {
      flatten(files(texts), 'prod/a.sql');
    } catch (error) {
      expect(error).toBeInstanceOf(PackageInvalid);
      return String(error);
    }
    throw new Error('it was flattened');
  };

  it.each([
    [
      'a missing one',
      { 'prod/a.sql': 'x\n\\ir b.sql\n' },
      '<package>/prod/a.sql:2 includes prod/b.sql, which is not there; write that file, or mend the path',
    ],
    [
      'a circular one',
      { 'prod/a.sql': '\\ir b.sql\n', 'prod/b.sql': '\n\n\\ir ./a.sql\n' },
      '<package>/prod/b.sql:3 includes prod/a.sql, which includes this file: prod/a.sql > prod/b.sql > prod/a.sql; take one of these includes out',
    ],
    ['one of itself', { 'prod/a.sql': '\\ir a.sql\n' }, 'prod/a.sql:1 includes prod/a.sql, which includes this file'],
    [
      'one outside',
      { 'prod/a.sql': '\\ir ../../x.sql\n' },
      '<package>/prod/a.sql:1 includes a file outside the package; include only files of the package',
    ],
    ['an absolute path', { 'prod/a.sql': '\\ir /etc/passwd\n' }, 'includes a file outside the package'],
    [
      '\\i',
      { 'prod/a.sql': '\\i b.sql\n', 'prod/b.sql': '' },
      '<package>/prod/a.sql:1 \\i is not an include that can be resolved; write \\ir and a path relative to this file',
    ],
    [
      'the long form',
      { 'prod/a.sql': '\\include_relative b.sql\n', 'prod/b.sql': '' },
      '\\include_relative is not an include',
    ],
    ['a variable', { 'prod/a.sql': '\\ir :file\n' }, '\\ir is not an include that can be resolved'],
    ['a quoted path', { 'prod/a.sql': "\\ir 'b.sql'\n", 'prod/b.sql': '' }, '\\ir is not an include'],
    ['an indented one', { 'prod/a.sql': '  \\ir b.sql\n', 'prod/b.sql': '' }, '\\ir is not an include'],
    ['two on a line', { 'prod/a.sql': '\\ir b.sql \\ir b.sql\n', 'prod/b.sql': '' }, '\\ir is not an include'],
    ['the script itself', { 'prod/b.sql': '' }, '<package>/prod/a.sql is missing'],
  ])('%s', (_what, texts, message) => {
    expect(refused(texts)).toContain(message);
  });

  it('that nests too deep, or multiplies without end', () => {
    const deep = Array.from({ length: 10 }, (_, n) => [`prod/${n}.sql`, `\\ir ${n + 1}.sql\n`] as const);
    expect(refused({ ...Object.fromEntries(deep), 'prod/a.sql': '\\ir 0.sql\n' })).toContain('nested more than 8 deep');
    const many = Array.from({ length: 6 }, (_, n) => [`prod/${n}.sql`, `\\ir ${n + 1}.sql\n`.repeat(40)] as const);
    const grown = { ...Object.fromEntries(many), 'prod/6.sql': 'x\n', 'prod/a.sql': '\\ir 0.sql\n' };
    expect(refused(grown)).toContain('has more than 100000 lines with everything it includes');
  });

  it('names all of them, and a reader who judges the package still gets the rest of the text', () => {
    const broken = files({ 'prod/a.sql': 'one\n\\ir b.sql\n\\i c.sql\ntwo\n' });
    const { flattened, problems } = readIncludes(broken, 'prod/a.sql');
    expect(problems.map(({ line }) => line)).toEqual([2, 3]);
    expect(flattened.text).toBe('one\ntwo\n');
    expect(flattened.origin(2)).toEqual({ file: 'prod/a.sql', line: 4 });
  });
});
