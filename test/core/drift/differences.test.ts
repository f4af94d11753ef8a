import { differencesOf } from '../../../core/drift/differences.ts';
import { aspects, type ReleasedState } from '../../../core/drift/released-state.ts';

const table = (keys: Record<string, string>, more: object = {}) => ({ rows: 2, sum: '3', whole: true, keys, ...more });
const state = (changes: Partial<ReleasedState> = {}): ReleasedState => ({
  ...{ run: '0123456789ab', state: 'released', server: '16.4', snapshot: '5:5:', later: [], digest: 'd' },
  objects: { 'table t': aspects.map(String) },
  rows: { t: table({ a: '1', b: '2' }) },
  ...changes,
});
const said = (sealed: ReleasedState, now: ReleasedState) => differencesOf(sealed, now).map(({ sentence }) => sentence);
const rows = (t: ReleasedState['rows'][string]) => state({ rows: { t } });

test.each<[what: string, now: ReleasedState['rows'][string], says: string[]]>([
  ['the same row again', table({ a: '1', b: '2', c: '3' }, { sum: '1' }), []],
  ['a row with other values', table({ a: '1', b: '9' }, { sum: '1' }), ['table t: row with key b changed.']],
  ['a row that is gone', table({ a: '1' }, { sum: '1' }), ['table t: row with key b is missing.']],
  [
    'a row that is not among the many that are listed',
    table({ a: '1' }, { sum: '1', whole: false }),
    ['table t: row with key b changed or is missing.'],
  ],
  [
    'nobody may read',
    null,
    ['table t: its rows may not be read any more, so nobody knows whether they are as they were.'],
  ],
])('of a table with %s', (_what, now, says) => {
  expect(said(state(), rows(now))).toEqual(says);
});

test('of many rows the first are named, and the others counted', () => {
  const many = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`k${10 + index}`, '1']));
  const sentences = said(rows(table(many)), rows(table({}, { sum: '0' })));
  expect([sentences.length, sentences.at(0), sentences.at(-1)]).toEqual([
    11,
    'table t: row with key k10 is missing.',
    'table t: 4 more rows changed or are missing.',
  ]);
});

test('rows that the record had no room for are known by their sum', () => {
  const sealed = rows(table({ a: '1' }, { whole: false }));
  expect(said(sealed, rows(table({ a: '1', b: '2' }, { sum: '1' })))).toEqual([
    'table t: rows changed or are missing; the record of the seal had room for 1 of 2, and those are as they were.',
  ]);
});

test('an object that has one digest for all is named, and so is a change that no digest tells', () => {
  const [sealed, now] = [state({ objects: { 'view v': 'a' } }), state({ objects: { 'view v': 'b' } })];
  expect(said(sealed, now)).toEqual(['view v: changed; the record of its seal had no room to say what of it.']);
  expect(said(state(), state({ digest: 'e' }))).toEqual([
    'Something about the objects of the release changed that their short digests do not tell apart.',
  ]);
});
