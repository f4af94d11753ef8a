import { type Flattened, flatten, type Place } from './flatten.ts';

/** A statement of a script that psql times: where it begins, and its first line. */
export interface TimedPlace extends Place {
  readonly text: string;
}

/** What psql passes over, what sends a statement, and everything else; the linter's reader knows more, and a test compares. */
const piece =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"[^"]*"|\\[^\n]*|\S/g;
const passedOver = /^(?:--|\/\*|\\(?!g(?:\W|$|x|set|exec)))/;

/** Where each statement of a text begins; the text behind the last semicolon is none. */
function* statementStarts(text: string): Generator<number> {
  let [start, depth] = [-1, 0];
  for (const { 0: token, index } of text.matchAll(piece)) {
    if (passedOver.test(token)) continue;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token.startsWith('\\') || (token === ';' && depth <= 0)) {
      if (start >= 0) yield start;
      [start, depth] = [-1, 0];
    } else if (start < 0) start = index;
  }
}

const opening = 'runner/open_tier.sql';
const closing = 'runner/close_tier.sql';
/** Not timed, as the trial leaves them out. */
const untimed = new Set(
  ['required', 'lock_more', 'take_locks', 'refuse_untrusted'].map((name) => `runner/${name}.sql`),
);

/**
 * The statements of a script that writes, in the order in which psql times them: from the end of what opens its transaction to
 * what closes it.
 */
function timedIn({ text, origin }: Flattened): TimedPlace[] {
  const lines = text.split('\n');
  const files = lines.map((_, index) => origin(index + 1).file);
  const [first, last] = [files.lastIndexOf(opening) + 1, files.indexOf(closing)];
  if (first === 0 || last < first) return [];
  const body = lines.slice(first, last).map((line, index) => (untimed.has(files[first + index] ?? '') ? '' : line));
  const found: TimedPlace[] = [];
  let [line, counted] = [first, 0];
  const joined = body.join('\n');
  for (const start of statementStarts(joined)) {
    line += joined.slice(counted, start).split('\n').length - 1;
    counted = start;
    found.push({ ...origin(line + 1), text: (lines[line] ?? '').trim() });
  }
  return found;
}

/**
 * The same by the path of a script. Empty where it has no such part, and where an include cannot be followed: whoever shows the
 * times of statements can do without their places.
 */
export function timedPlaces(files: ReadonlyMap<string, string>, path: string): readonly TimedPlace[] {
  try {
    return timedIn(flatten(files, path));
  } catch {
    return [];
  }
}
