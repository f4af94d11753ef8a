import { momentOf, momentsOf, readTap } from '../../../core/package/package-tests.ts';
import { released } from '../../../tools/package.ts';

const moments = momentsOf(released.plan);

it('a package is tested before its release, behind each tier and behind the undo', () => {
  expect(moments.map(({ id }) => id)).toEqual([
    'before',
    ...released.plan.tiers.map(({ id }) => `after_tier_${id}`),
    'after_undo',
  ]);
});

it.each([
  ['before.sql', 'before'],
  ['before_figures.sql', 'before'],
  ['after_tier_1.sql', 'after_tier_1'],
  ['after_tier_1_structure_2.sql', 'after_tier_1'],
  ['after_undo_of_all.sql', 'after_undo'],
])('%s is run at %s', (name, id) => {
  expect(momentOf(name, moments).id).toBe(id);
});

it.each(['first.sql', 'after_tier_99.sql', 'after_tier_x.sql', 'before-figures.sql', 'after_tier_1structure.sql'])(
  '%s says no moment, and is refused by name',
  (name) => {
    expect(() => momentOf(name, moments)).toThrow(`test/${name} does not say when`);
  },
);

it.each([
  ['ok - one', [{ promise: 'one', holds: true, detail: '' }]],
  ['ok 12 - one', [{ promise: 'one', holds: true, detail: '' }]],
  ['ok', [{ promise: '', holds: true, detail: '' }]],
  [
    'not ok 2 - two\n# Failed test 2: "two"\n#         have: 3\n#         want: 4',
    [{ promise: 'two', holds: false, detail: 'Failed test 2: "two"; have: 3; want: 4' }],
  ],
  ['1..3\nokay\nSET\n# Looks like you failed', []],
  ['ok 1 - one\n# a note', [{ promise: 'one', holds: true, detail: '' }]],
])('of what a test printed, %j says %j', (output, found) => {
  expect(readTap(output)).toEqual(found);
});
