import { createHash } from 'node:crypto';
import ICAL from 'ical.js';
import { ServiceError } from '../driver/service-error.ts';

/** A span in which an event happens. */
interface Span {
  readonly start: Date;
  readonly end: Date;
}

/** What GetCalendarState answers. */
interface CalendarState {
  readonly State: 'OPEN' | 'CLOSED';
  readonly AtTime: string;
  readonly NextTransitionTime?: string;
}

/** How far the next change is looked for, and how long ago a freeze that still lasts may have begun. */
const YEAR_MS = 366 * 86_400_000;
/** A freeze that came again so often would be none, and its times could not be counted through. */
const tooOften = new Set(['SECONDLY', 'MINUTELY', 'HOURLY']);

const instant = (at: Date) => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** When an event happens between two instants, also one that comes again. */
function spansOf(event: ICAL.Event, from: Date, until: Date): Span[] {
  const length = event.duration.toSeconds() * 1000;
  const spans: Span[] = [];
  for (const start of startsOf(event)) {
    if (start >= until) break;
    const end = new Date(start.getTime() + length);
    if (end > from) spans.push({ start, end });
  }
  return spans;
}

/** When an event begins, each time; a time without a zone counts as UTC. */
function* startsOf(event: ICAL.Event): Generator<Date> {
  const instantOf = (time: ICAL.Time) => new Date(time.toUnixTime() * 1000);
  if (event.isRecurring()) {
    const all = event.iterator();
    for (let at = nextOf(all); at !== undefined; at = nextOf(all)) yield instantOf(at);
  } else yield instantOf(event.startDate);
}

/** The next time that an event comes again; the library declares that there always is one, which is not so. */
function nextOf(all: { next(): ICAL.Time | undefined }): ICAL.Time | undefined {
  return all.next();
}

/** @throws Error for an event in a time zone that the calendar does not describe, or that comes again too often. */
function assertCountable(calendar: ICAL.Component): void {
  const described = calendar.getAllSubcomponents('vtimezone').map((zone) => zone.getFirstPropertyValue('tzid'));
  for (const event of calendar.getAllSubcomponents('vevent')) {
    const zone = event.getFirstProperty('dtstart')?.getFirstParameter('tzid');
    if (zone !== undefined && zone !== 'UTC' && !described.includes(zone))
      throw new Error(`it has an event in the time zone ${zone}, but no VTIMEZONE of that name`);
    const again = event.getFirstPropertyValue('rrule');
    if (again instanceof ICAL.Recur && tooOften.has(again.freq))
      throw new Error(`it has an event that comes again ${again.freq.toLowerCase()}, which no freeze does`);
  }
}

/**
 * A change calendar of Systems Manager, from an iCalendar text. Like there, events close a calendar that is open by
 * default, and open one whose `X-CALENDAR-TYPE` is `DEFAULT_CLOSED`.
 */
export class ChangeCalendar {
  readonly name: string;
  readonly text: string;
  readonly #calendar: ICAL.Component;

  /** @throws Error for a text that is no iCalendar. */
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    this.#calendar = ICAL.Component.fromString(text);
    if (this.#calendar.name !== 'vcalendar') throw new Error('it holds no VCALENDAR');
    assertCountable(this.#calendar);
  }

  /** What the calendar says at an instant, and when that changes. */
  stateAt(now: Date): CalendarState {
    const closedByDefault = this.#calendar.getFirstPropertyValue('x-calendar-type') === 'DEFAULT_CLOSED';
    const [from, until] = [new Date(now.getTime() - YEAR_MS), new Date(now.getTime() + YEAR_MS)];
    const events = this.#calendar.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
    const spans = events.flatMap((event) => spansOf(event, from, until));
    const during = (at: Date) => spans.some(({ start, end }) => start <= at && at < end);
    const changes = spans.flatMap(({ start, end }) => [start, end]).filter((at) => at > now);
    const next = changes.sort((one, other) => one.getTime() - other.getTime()).find((at) => during(at) !== during(now));
    return {
      State: during(now) === closedByDefault ? 'OPEN' : 'CLOSED',
      AtTime: instant(now),
      ...(next === undefined ? {} : { NextTransitionTime: instant(next) }),
    };
  }

  /** The calendar as GetDocument and DescribeDocument show it. */
  describe(): { readonly shown: object; readonly description: object } {
    const document = { Name: this.name, DocumentVersion: '1', DocumentType: 'ChangeCalendar', Status: 'Active' };
    const Hash = createHash('sha256').update(this.text).digest('hex');
    return {
      shown: { ...document, Content: this.text, DocumentFormat: 'TEXT' },
      description: { ...document, Hash, HashType: 'Sha256', LatestVersion: '1', DefaultVersion: '1' },
    };
  }
}

/** The calendar of that name. @throws ServiceError InvalidDocument when it is not there. */
export function namedCalendar(calendar: ChangeCalendar | undefined, name: string): ChangeCalendar {
  if (calendar?.name === name) return calendar;
  throw new ServiceError('InvalidDocument', `Document with name ${name} does not exist.`);
}
