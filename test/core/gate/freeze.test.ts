import { eventAt, readFreeze } from '../../../core/gate/freeze.ts';
import type { CalendarState } from '../../../core/base/ports.ts';
import { createTestPorts } from '../ports.ts';

const now = new Date('2026-12-24T12:00:00Z');
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n');
const yearEnd = [
  'BEGIN:VEVENT',
  'SUMMARY:Year e',
  ' nd',
  'DTSTART:20261220T000000Z',
  'DTEND:20270103T060000Z',
  'END:VEVENT',
];

async function freeze(state: () => Promise<CalendarState>, text?: string) {
  const { commands } = createTestPorts();
  const found = text === undefined ? undefined : { content: text, version: '1', hash: 'h' };
  const own = { ...commands, readCalendar: state, readDocument: () => Promise.resolve(found) };
  return readFreeze(own, { CHANGE_CALENDAR: 'production-freezes' }, now);
}

it('without a calendar nothing is frozen, and nothing is read', async () => {
  expect(await readFreeze(createTestPorts().commands, { CHANGE_CALENDAR: '' }, now)).toEqual([]);
});

it('an open calendar has nothing against a release', async () => {
  expect(await freeze(() => Promise.resolve({ open: true }))).toEqual([]);
});

it('a closed one says until when, and because of which event', async () => {
  const closed = () => Promise.resolve({ open: false, until: '2027-01-03T06:00:00Z' });
  expect(await freeze(closed, calendar(...yearEnd))).toEqual([
    {
      code: 'frozen',
      explanation:
        'Changes are frozen until 2027-01-03T06:00:00Z because of "Year end", says the change calendar production-freezes.',
    },
  ]);
});

it.each([
  ['whose event is not to be found', calendar()],
  ['that cannot be read itself', undefined],
])('a closed calendar %s stays closed', async (_what, text) => {
  const [blocking] = await freeze(() => Promise.resolve({ open: false }), text);
  expect(blocking?.explanation).toBe(
    'Changes are frozen with no end in sight, says the change calendar production-freezes.',
  );
});

it.each(['InvalidDocument', 'AccessDeniedException', 'UnsupportedCalendarException'])(
  'a calendar that answers %s counts as closed',
  async (name) => {
    const [blocking] = await freeze(() => Promise.reject(Object.assign(new Error('no'), { name })));
    expect(blocking?.code).toBe('frozen');
    expect(blocking?.explanation).toContain(`cannot be read (${name})`);
  },
);

it.each([
  ['before it', '2026-12-19T23:59:59Z', undefined],
  ['at its first moment', '2026-12-20T00:00:00Z', 'Year end'],
  ['at its end', '2027-01-03T06:00:00Z', undefined],
])('an event is named %s', (_when, at, name) => {
  expect(eventAt(calendar(...yearEnd), new Date(at))).toBe(name);
});

it.each([
  ['no iCalendar', 'hello'],
  ['an event without an end', calendar(...yearEnd.filter((line) => !line.startsWith('DTEND')))],
  [
    'an event in another time zone',
    calendar(...yearEnd.map((line) => line.replace('DTSTART:', 'DTSTART;TZID=X:').replace(/Z$/, ''))),
  ],
  ['a task instead of an event', calendar(...yearEnd.map((line) => line.replace('VEVENT', 'VTODO')))],
])('%s names nothing', (_what, text) => {
  expect(eventAt(text, now)).toBeUndefined();
});
