import { describePackage } from '../../../core/package/package.ts';
import { readPackageFiles } from '../../../disk/read-package.ts';
import { isOfExample, keepingFaults, singleFaults } from '../../../tools/chaos/catalogue.ts';
import { chosen } from '../../../tools/chaos/choose.ts';
import { keepingExample, packageDirectory } from '../../../tools/package.ts';

/*
 * What one run of chaos plays of the package that keeps what it changes.
 */
const read = (folder: string) => describePackage(readPackageFiles(folder));
const example = read(keepingExample());
const faults = [...singleFaults(read(packageDirectory)), ...keepingFaults(example)];
const given = { minutes: 0, workers: 1, only: undefined, grep: undefined, sample: undefined, soak: undefined };
const due = (seed: number) => chosen(faults, { ...given, seed, list: false, all: false }).filter(isOfExample);

it('no two faults of the two packages have one id', () => {
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
});

it.each([1, 2, 77])('seed %i strikes what puts back and what keeps, in at most 60 drives', (seed) => {
  const struck = due(seed).flatMap(({ injection }) => injection.splices?.map(({ script }) => script) ?? []);
  expect(struck.length).toBeLessThanOrEqual(60);
  expect(struck.filter((script) => script === example.plan.roles.undo).length).toBeGreaterThan(20);
  expect(new Set(struck.filter((script) => script.startsWith('tier-'))).size).toBeGreaterThan(2);
});

it('a seed meets most kinds of faults there', () => {
  expect(new Set(due(1).map(({ kind }) => kind)).size).toBeGreaterThan(8);
});
