import type { CommandChannel } from '../base/ports.ts';
import type { Blocking } from './engine-blockers.ts';

/** Lines of an iCalendar text; a line that begins with a blank goes on with the one before (RFC 5545, 3.1). */
function unfolded(calendar: string): string[] {
  return calendar.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
}

/** An instant in UTC as iCalendar writes it, `20261224T060000Z`; undefined for any other form. */
function utc(text: string | undefined): Date | undefined {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(text ?? '') ?? [];
  if (date === '') return undefined;
  return new Date(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`,
  );
}

/**
 * The name of an event that an instant lies in; undefined when none is found. It only gives a freeze a name: whether
 * there is one, Systems Manager says, which also knows the events that come again and those in other time zones.
 */
export function eventAt(calendar: string, at: Date): string | undefined {
  let event = new Map<string, string>();
  for (const line of unfolded(calendar)) {
    const [, name = '', value = ''] = /^([A-Z-]+)[^:]*:(.*)$/.exec(line) ?? [];
    if (name === 'BEGIN') event = new Map();
    else event.set(name, value);
    if (name !== 'END' || value !== 'VEVENT') continue;
    const [start, end] = [utc(event.get('DTSTART')), utc(event.get('DTEND'))];
    if (start !== undefined && end !== undefined && start <= at && at < end) return event.get('SUMMARY');
  }
  return undefined;
}

function frozen(explanation: string): Blocking[] {
  return [{ code: 'frozen', explanation }];
}

/**
 * What a change calendar has against a release now: nothing, or one blocker that says until when. A calendar that
 * cannot be read counts as closed, because nobody can say that it is open.
 */
export async function readFreeze(
  commands: CommandChannel,
  { CHANGE_CALENDAR: name }: { readonly CHANGE_CALENDAR: string },
  now: Date,
): Promise<Blocking[]> {
  if (name === '') return [];
  try {
    const { open, until } = await commands.readCalendar(name);
    if (open) return [];
    const document = await commands.readDocument(name).catch(() => undefined);
    const event = eventAt(document?.content ?? '', now);
    const because = event === undefined ? '' : ` because of "${event}"`;
    const end = until === undefined ? 'with no end in sight' : `until ${until}`;
    return frozen(`Changes are frozen ${end}${because}, says the change calendar ${name}.`);
  } catch (error) {
    const why = error instanceof Error ? error.name : String(error);
    return frozen(`The change calendar ${name} cannot be read (${why}), so changes count as frozen.`);
  }
}
