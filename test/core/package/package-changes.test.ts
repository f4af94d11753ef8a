import { join } from 'node:path';
import { type PackageArchive, parseArchive } from '../../../core/package/archive.ts';
import { changedLines } from '../../../core/package/changed-lines.ts';
import { packageChanges } from '../../../core/package/package-changes.ts';
import { renderArchive } from '../../../core/package/make-archive.ts';
import { manifestFile, planFile } from '../../../core/package/manifest.ts';
import { parsePlan } from '../../../core/package/plan.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';

const archive = (files: ReadonlyMap<string, string>): PackageArchive => {
  return { format: 'one-roof-package/1', manifest: '', files: Object.fromEntries(files) };
};
const text = (...lines: string[]) => lines.map((line) => `${line}\n`).join('');
/** The hunks as `diff -U2` writes them. */
const shown = (before: string, now: string) =>
  changedLines(before, now).hunks.map(({ at, lines }) => [at, ...lines.map(({ mark, text: line }) => mark + line)]);

test.each<[what: string, before: string, now: string, hunks: unknown[]]>([
  ['nothing', text('a', 'b'), text('a', 'b'), []],
  ['a changed line', text('a', 'b', 'c'), text('a', 'x', 'c'), [[1, ' a', '-b', '+x', ' c']]],
  ['a new file', '', text('a', 'b'), [[1, '+a', '+b']]],
  ['a file that is gone', text('a'), '', [[1, '-a']]],
  ['a line break that was taken from the end', 'a\n', 'a', [[1, '-a', '+a (without a line break at the end)']]],
  [
    'two places far apart, each with two lines around it',
    text('1', '2', '3', '4', '5', '6', '7', '8', '9'),
    text('1', '3', '4', '5', '6', '7', '8', '9', '10'),
    [
      [1, ' 1', '-2', ' 3', ' 4'],
      [7, ' 8', ' 9', '+10'],
    ],
  ],
  ['a repeated line', text('a', 'a', 'b'), text('a', 'a', 'a', 'b'), [[1, ' a', ' a', '+a', ' b']]],
  ['a carriage return', text('a'), text('a\r'), [[1, '-a', '+a\r']]],
])('%s is shown as it is', (_what, before, now, hunks) => {
  expect(shown(before, now)).toEqual(hunks);
});

test('of any two texts the lines that stayed and are new make the newer, those that stayed and are gone the older', () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const lines = (factor: number) =>
      Array.from({ length: 1 + ((seed * factor) % 7) }, (_no, at) => 'abc'[(seed * factor + at * at) % 3] ?? '');
    const [before, now] = [lines(3), lines(5)];
    const all = changedLines(text(...before), text(...now)).hunks.flatMap((hunk) => hunk.lines);
    const side = (mark: string) =>
      all.filter((line) => line.mark === ' ' || line.mark === mark).map((line) => line.text);
    if (all.length === 0) expect(before).toEqual(now);
    else if (before.length < 5 && now.length < 5) expect([side('-'), side('+')]).toEqual([before, now]);
  }
});

test('texts that are too large to compare are shown as taken out and written anew', () => {
  const lines = (word: string) => text(...Array.from({ length: 2500 }, (_no, at) => `${word} ${at}`));
  expect(changedLines(lines('a'), lines('b'))).toMatchObject({ added: 2500, removed: 2500 });
});

describe('two packages', () => {
  const files = readPackageFiles(join(__dirname, '../../../examples/orders'));
  const plan = parsePlan(files.get(planFile) ?? '');
  const kept = parseArchive(renderArchive(files, plan, files.get(manifestFile) ?? ''));
  const before = new Map(Object.entries(kept?.files ?? {}));
  const first = plan.tiers[1]?.file ?? '';

  test('that are equal differ in nothing', () => {
    expect(packageChanges(archive(before), archive(before))).toEqual([]);
  });

  test('differ by file: what changed, what is new, what is gone, and in which scripts', () => {
    const now = new Map(before).set(first, `${before.get(first) ?? ''}select 1;\n`).set('notes.sql', 'select 2;\n');
    now.delete('runner/prelude.sql');
    expect(packageChanges(archive(before), archive(now))).toMatchObject([
      { path: first, kind: 'changed', added: 1, removed: 0, hidden: 0, scripts: ['tier-1'] },
      { path: 'notes.sql', kind: 'new', added: 1, scripts: [] },
      { path: 'runner/prelude.sql', kind: 'gone', added: 0, scripts: [] },
    ]);
  });

  test.each([
    ['\u202e', '\\u202e'],
    ['\r', '\\u000d'],
    ['\u001b[2K', '\\u001b[2K'],
  ])('what is not seen in a line, as %j, is shown as an escape', (hidden, escape) => {
    const now = new Map(before).set(first, `${before.get(first) ?? ''}--${hidden}\n`);
    const lines = packageChanges(archive(before), archive(now))[0]?.hunks.flatMap((hunk) => hunk.lines);
    expect(lines?.at(-1)).toEqual({ mark: '+', text: `--${escape}` });
  });

  test('an include of the engine is named once, with every script that it is a part of', () => {
    const path = 'runner/close_tier.sql';
    const now = new Map(before).set(path, `${before.get(path) ?? ''}-- more\n`);
    const changes = packageChanges(archive(before), archive(now));
    expect(changes.map((change) => change.path)).toEqual([path]);
    expect(changes[0]?.scripts.length).toBeGreaterThan(1);
  });

  test('that differ in everything stay within bounds, and say how much is not shown', () => {
    const long = (word: string) =>
      new Map(
        [...before.keys()].map((path) => [
          path,
          text(...Array.from({ length: 1000 }, (_no, at) => `${word} ${at} ${'x'.repeat(400)}`)),
        ]),
      );
    const changes = packageChanges(archive(long('a')), archive(long('b')));
    expect(JSON.stringify(changes).length).toBeLessThan(500_000);
    expect(changes).toHaveLength(before.size);
    for (const { added, removed, hidden } of changes) {
      expect([added, removed]).toEqual([1000, 1000]);
      expect(hidden).toBeGreaterThanOrEqual(1800);
    }
  });

  test('the earlier one may have a plan that this version cannot read', () => {
    const unread = new Map(before).set('release.json', '{}');
    expect(packageChanges(archive(unread), archive(before)).map(({ path }) => path)).toEqual(['release.json']);
  });
});
