import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { project, textOf } from './documents.ts';

const rows = textOf('docs/features.md')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number = '', feature = '', ours = '', tests = '', missing = '']) => ({
    number: Number(number),
    feature,
    ours,
    tests: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
    missing,
  }));

test('all 73 features are there, once each', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 73 }, (_, index) => index + 1));
});

describe.each(rows)('feature $number, $feature', ({ ours, tests, missing }) => {
  it('names tests that exist, where it says yes, and says what is missing where it does not', () => {
    expect(['yes', 'partly', 'no']).toContain(ours);
    expect(tests.filter((file) => !existsSync(join(project, file)))).toEqual([]);
    expect(tests.length > 0).toBe(ours !== 'no');
    expect(missing !== '').toBe(ours !== 'yes');
  });
});
