import { duration, readable, secondsBetween } from '../../../core/report/time.ts';

describe('a duration, as reports and screens show it', () => {
  it.each([
    [0, '0.00 s'],
    [-3, '0.00 s'],
    [0.29, '0.29 s'],
    [9.999, '9.99 s'],
    [12.36, '12.3 s'],
    [59.97, '59.9 s'],
    [65, '1 min 05 s'],
    [3599.9, '59 min 59 s'],
    [7199, '1 h 59 min'],
    [172_799, '47 h 59 min'],
  ])('of %d seconds is %s: no part reaches 60', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('is empty when an instant is missing', () => {
    expect(duration(secondsBetween('', '2026-06-03T10:00:00.000Z'))).toBe('');
  });
});

test('an instant reads the same from a record and from a Date', () => {
  const iso = '2026-06-03T10:00:00.250Z';
  expect(readable(iso)).toBe('3 Jun 2026, 10:00:00 UTC');
  expect(readable(new Date(iso))).toBe(readable(iso));
});
