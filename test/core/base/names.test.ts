import { isRollback, machineNames, releaseMachines } from '../../../core/base/names.ts';

const execution = (machine: string) => `arn:aws:states:eu-central-1:111122223333:execution:${machine}:one`;

test('operators find the machines of One-Roof under the names that they know', () => {
  expect(machineNames('one-roof')).toEqual({
    release: 'OneRoof-Release',
    rollback: 'OneRoof-Rollback',
    rehearsal: 'OneRoof-Rehearsal',
  });
});

test('the machines of another package have other names', () => {
  expect(machineNames('orders')).toMatchObject({ release: 'Orders-Release', rollback: 'Orders-Rollback' });
});

test.each([
  ['OneRoof-Rollback', true],
  ['Orders-Rollback', true],
  ['OneRoof-Release', false],
  ['OneRoof-Rollback-old', false],
  ['x', false],
])('an execution of %s is one of a rollback: %j', (machine, expected) => {
  expect(isRollback(execution(machine))).toBe(expected);
});

test('an execution that is named like a rollback is none for that', () => {
  expect(isRollback(`${execution('OneRoof-Release')}-Rollback`)).toBe(false);
});

test('the packages of an account are told by their three machines; two of them are somebody else’s', () => {
  const { release, rollback, rehearsal } = machineNames('orders');
  const others = ['Web-Release', 'Web-Rollback', 'Release', '-Release', 'OneRoof-Release-old'];
  expect(releaseMachines([release, ...others, rollback, rehearsal])).toEqual([{ release, rollback }]);
  expect(releaseMachines([])).toEqual([]);
});
