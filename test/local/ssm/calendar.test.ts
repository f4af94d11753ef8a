import { SSMClient, GetCalendarStateCommand } from '@aws-sdk/client-ssm';
import { createSsmCommands } from '../../../aws/ssm-commands.ts';
import { readFreeze } from '../../../core/gate/freeze.ts';
import { awsClient } from '../../../local/driver/loopback-client.ts';
import { ChangeCalendar } from '../../../local/ssm/calendar.ts';
import { startSsm } from '../../../local/ssm/service.ts';

const text = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Freeze', ...lines, 'END:VEVENT'];
const once = event('DTSTART:20261220T000000Z', 'DTEND:20270103T060000Z');
const fridays = event('DTSTART:20260102T150000Z', 'DTEND:20260104T220000Z', 'RRULE:FREQ=WEEKLY;BYDAY=FR');
const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19701025T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'END:VTIMEZONE',
];
const state = (calendar: string, at: string) => new ChangeCalendar('freezes', calendar).stateAt(new Date(at));

it.each([
  ['before an event', text(...once), '2026-12-01T00:00:00Z', 'OPEN', '2026-12-20T00:00:00Z'],
  ['in it', text(...once), '2026-12-24T12:00:00Z', 'CLOSED', '2027-01-03T06:00:00Z'],
  ['at its end', text(...once), '2027-01-03T06:00:00Z', 'OPEN', undefined],
  ['in one that comes again', text(...fridays), '2026-11-28T12:00:00Z', 'CLOSED', '2026-11-29T22:00:00Z'],
  ['between two that come again', text(...fridays), '2026-11-30T12:00:00Z', 'OPEN', '2026-12-04T15:00:00Z'],
  ['in two that overlap', text(...once, ...fridays), '2026-12-25T16:00:00Z', 'CLOSED', '2027-01-03T22:00:00Z'],
  [
    'outside the hours of a calendar that is closed by default',
    text('X-CALENDAR-TYPE:DEFAULT_CLOSED', ...once),
    '2026-12-01T00:00:00Z',
    'CLOSED',
    '2026-12-20T00:00:00Z',
  ],
  [
    'in another time zone',
    text(...berlin, ...event('DTSTART;TZID=Europe/Berlin:20261220T003000', 'DTEND;TZID=Europe/Berlin:20261221T000000')),
    '2026-12-19T23:45:00Z',
    'CLOSED',
    '2026-12-20T23:00:00Z',
  ],
  [
    'on a whole day',
    text(...event('DTSTART;VALUE=DATE:20261224')),
    '2026-12-24T23:59:00Z',
    'CLOSED',
    '2026-12-25T00:00:00Z',
  ],
])('%s', (_when, calendar, at, expected, next) => {
  expect(state(calendar, at)).toEqual({
    State: expected,
    AtTime: at,
    ...(next === undefined ? {} : { NextTransitionTime: next }),
  });
});

it.each([
  ['no iCalendar', 'hello'],
  ['a lonely event', event('DTSTART:20261220T000000Z').join('\r\n')],
  [
    'an event of every second',
    text(...event('DTSTART:20000101T000000Z', 'DTEND:20000101T000001Z', 'RRULE:FREQ=SECONDLY')),
  ],
  ['an event of every hour', text(...event('DTSTART:20000101T000000Z', 'DTEND:20000101T000100Z', 'RRULE:FREQ=HOURLY'))],
  ['a time zone that it does not describe', text(...event('DTSTART;TZID=Mars/Olympus:20261220T000000'))],
])('%s is refused', (_what, calendar) => {
  expect(() => new ChangeCalendar('freezes', calendar)).toThrow();
});

it('the service answers as the adapter for AWS reads it, and a calendar of another name does not exist', async () => {
  const ssm = await startSsm({
    documents: {},
    node: { id: 'mi-0123456789abcdef0' },
    environment: {},
    now: () => new Date('2026-12-24T12:00:00Z'),
    calendar: new ChangeCalendar('freezes', text(...once)),
  });
  try {
    const commands = createSsmCommands(awsClient(ssm));
    const now = new Date('2026-12-24T12:00:00Z');
    const [closed] = await readFreeze(commands, { CHANGE_CALENDAR: 'freezes' }, now);
    expect(closed?.explanation).toMatch(/until 2027-01-03T06:00:00Z because of "Freeze"/);
    const [unread] = await readFreeze(commands, { CHANGE_CALENDAR: 'another' }, now);
    expect(unread?.explanation).toMatch(/another cannot be read \(InvalidDocument\)/);
    const raw = new SSMClient(awsClient(ssm)).send(new GetCalendarStateCommand({ CalendarNames: [] }));
    await expect(raw).rejects.toThrow();
  } finally {
    await ssm.stop();
  }
});
