import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneRoof } from '../stage.ts';

const packages = {
  oneRoof: join(__dirname, '../../../sql'),
  orders: join(__dirname, '../../../examples/orders'),
  smallest: join(__dirname, '../../../examples/smallest'),
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'one-roof-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Tested {
  readonly moment: string;
  readonly promise: string;
  readonly holds: boolean;
  readonly detail: string;
}

it.each(Object.entries(packages))('each promise of the package %s holds', async (_name, directory) => {
  const { exitCode, stdout } = await oneRoof('test', '--package', directory, '--json');
  const tested = JSON.parse(stdout) as Tested[];
  expect(tested.filter(({ holds }) => !holds)).toEqual([]);
  expect(new Set(tested.map(({ moment }) => moment)).size).toBeGreaterThan(2);
  expect(exitCode).toBe(0);
});

/** A copy of the second package with one more test. */
function withTest(name: string, sql: string): string {
  const copy = join(folder, "a package's folder");
  cpSync(packages.orders, copy, { recursive: true });
  writeFileSync(join(copy, 'test', name), sql);
  return copy;
}

it.each([
  ['a promise that is broken', "select is(1, 2, 'one is two');", /✗ one is two .*have: 1; want: 2/],
  ['an error', 'select nothing from nowhere;', /✗ the test runs to its end .*line 1: ERROR: .*nowhere/],
  ['a test that promises nothing', 'select 1;', /✗ the test promises something/],
  ['a null', "select ok(null, 'nothing is something');", /✗ nothing is something/],
  ['a plan of its own', "select plan(1);\nselect isnt(1, 1, 'one is not one');", /✗ one is not one/],
])('%s ends with 1, by name', async (_what, sql, line) => {
  const { exitCode, stdout } = await oneRoof('test', '--package', withTest('after_tier_1_more.sql', sql));
  expect(stdout).toMatch(line);
  expect(stdout).toMatch(/, 1 are broken\n$/);
  expect(exitCode).toBe(1);
});

it('a test changes a copy, and not what the next one sees', async () => {
  const sql = "delete from orders;\nselect is((select count(*) from orders), 0::bigint, 'all orders are gone');";
  const { exitCode, stdout } = await oneRoof('test', '--package', withTest('before_a_mess.sql', sql));
  expect(stdout).toContain('✓ all orders are gone');
  expect(exitCode).toBe(0);
});

it.each([
  ['no test', (copy: string) => rmSync(join(copy, 'test'), { recursive: true }), /holds no test/],
  ['a test that says no moment', (copy: string) => writeFileSync(join(copy, 'test/first.sql'), ''), /test\/first\.sql/],
])('%s is wrong usage, before anything is started', async (_what, change, message) => {
  const copy = withTest('before_more.sql', '');
  change(copy);
  const { exitCode, stderr } = await oneRoof('test', '--package', copy);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
