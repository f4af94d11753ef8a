import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { singleFaults } from '../../../tools/chaos/catalogue.ts';
import { removals, sabotages } from '../../../tools/chaos/sabotages/all.ts';

const project = join(__dirname, '../../..');
const tests = readdirSync(join(project, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file}`)
  .filter((file) => file.endsWith('.test.ts'));
const faults = new Set(singleFaults(describePackage(readPackageFiles(join(project, 'sql')))).map(({ id }) => id));

/** The text of a test, and the names of the cases that lie in a folder beside it: titles are made of both. */
function titlesOf(test: string): string {
  const beside = join(project, test.replace(/\.test\.ts$/, ''));
  return [readFileSync(join(project, test), 'utf8'), ...(existsSync(beside) ? readdirSync(beside) : [])].join('\n');
}

describe.each(sabotages)('the sabotage "$name"', ({ file, find, put, times = 1, check }) => {
  it('finds what it damages', () => {
    expect(readFileSync(join(project, file), 'utf8').split(find)).toHaveLength(times + 1);
    expect(put).not.toBe(find);
  });

  it('has a check that exists', () => {
    const [, , wanted = ''] = check;
    const fault = check[check.indexOf('--only') + 1] ?? '';
    const files = tests.filter((test) => test.includes(wanted));
    expect(check.includes('--only') ? faults.has(fault) : files.length > 0).toBe(true);
    const title = check.includes('-t') ? (check.at(-1) ?? '') : '';
    expect(files.some((test) => titlesOf(test).includes(title))).toBe(files.length > 0);
  });
});

test('no two sabotages have one name, by which one is chosen', () => {
  expect(new Set(sabotages.map(({ name }) => name)).size).toBe(sabotages.length);
});

describe('docs/security.md', () => {
  const [tried = ''] = readFileSync(join(project, 'docs/security.md'), 'utf8').split('<!-- sabotages:');
  const attacks = [...tried.matchAll(/^\| ([A-Z][0-9]+) \| /gm)].map(([, number]) => number);

  test('numbers each attack once, and each has a defence whose removal a test notices', () => {
    expect(new Set(attacks).size).toBe(attacks.length);
    expect([...new Set(removals.map(({ against }) => against))].sort()).toEqual([...attacks].sort());
  });
});
