import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { singleFaults } from '../../../tools/chaos/catalogue.ts';
import { sabotages } from '../../../tools/chaos/sabotages/all.ts';

const project = join(__dirname, '../../..');
const tests = readdirSync(join(project, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file}`)
  .filter((file) => file.endsWith('.test.ts'));
const faults = new Set(singleFaults(describePackage(readPackageFiles(join(project, 'sql')))).map(({ id }) => id));

describe.each(sabotages)('the sabotage "$name"', ({ file, find, put, times = 1, check }) => {
  it('finds what it damages', () => {
    expect(readFileSync(join(project, file), 'utf8').split(find)).toHaveLength(times + 1);
    expect(put).not.toBe(find);
  });

  it('has a check that exists', () => {
    const [, , wanted = ''] = check;
    const fault = check[check.indexOf('--only') + 1] ?? '';
    const found = check.includes('--only') ? faults.has(fault) : tests.some((test) => test.includes(wanted));
    expect(found).toBe(true);
  });
});

test('no two sabotages have one name, by which one is chosen', () => {
  expect(new Set(sabotages.map(({ name }) => name)).size).toBe(sabotages.length);
});
