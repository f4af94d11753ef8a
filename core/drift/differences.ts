import { type Aspect, aspects, type ReleasedState } from './released-state.ts';

/** Rows of a table that are named one by one; the others are counted. */
const NAMED_ROWS = 10;

/** What of an object, or of a table's rows, is not as it was sealed. */
export interface Difference {
  /** As the plan knows it, for example `view v_ledger`. */
  readonly object: string;
  /** What differs of the object itself; none where only rows do. */
  readonly aspects: readonly Aspect[];
  /** One sentence for people. */
  readonly sentence: string;
}

type ObjectState = ReleasedState['objects'][string];
type Table = NonNullable<ReleasedState['rows'][string]>;

/** A list of words as a sentence has it: `a, b and c`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** The sentence for these aspects of an object. */
export function aspectSentence(object: string, changed: readonly Aspect[], owners: readonly string[] = []): string {
  if (changed.length === 1 && changed[0] === 'comment')
    return `${object}: only its comment changed; it does what it did.`;
  const words = changed.map((aspect) =>
    aspect === 'owner' && owners.length > 0 ? `owner (${owners.join(' → ')})` : aspect,
  );
  return `${object}: ${listed(words)} changed.`;
}

function objectDifference(object: string, sealed: ObjectState, now: ObjectState): Difference[] {
  if (JSON.stringify(sealed) === JSON.stringify(now)) return [];
  if (now === null) return [{ object, aspects: ['definition'], sentence: `${object}: is gone.` }];
  if (!Array.isArray(sealed) || !Array.isArray(now)) {
    const sentence = `${object}: changed; the record of its seal had no room to say what of it.`;
    return [{ object, aspects: [...aspects], sentence }];
  }
  const changed = aspects.filter((_, index) => sealed[index] !== now[index]);
  const at = aspects.indexOf('owner');
  const owners = changed.includes('owner') ? [sealed[at] ?? 'nobody', now[at] ?? 'nobody'] : [];
  return [{ object, aspects: changed, sentence: aspectSentence(object, changed, owners) }];
}

/** What became of each row that the record names and that is not as it was sealed. */
function changedRows(sealed: Table, now: Table): string[] {
  return Object.entries(sealed.keys).flatMap(([key, digest]) => {
    const found = now.keys[key];
    if (found === digest) return [];
    if (found !== undefined) return [`row with key ${key} changed`];
    return [`row with key ${key} ${now.whole ? 'is missing' : 'changed or is missing'}`];
  });
}

function* rowSentences(sealed: Table, now: Table): Generator<string> {
  const changed = changedRows(sealed, now);
  yield* changed.slice(0, NAMED_ROWS);
  if (changed.length > NAMED_ROWS) yield `${changed.length - NAMED_ROWS} more rows changed or are missing`;
  if (changed.length > 0 || sealed.whole) return;
  const known = Object.keys(sealed.keys).length;
  yield `rows changed or are missing; the record of the seal had room for ${known} of ${sealed.rows}, and those are as they were`;
}

function rowDifferences(name: string, sealed: Table, now: ReleasedState['rows'][string] | undefined): Difference[] {
  const object = `table ${name}`;
  const row = (text: string): Difference => ({ object, aspects: [], sentence: `${object}: ${text}.` });
  if (now === undefined) return [];
  if (now === null) return [row('its rows may not be read any more, so nobody knows whether they are as they were')];
  if (now.rows === sealed.rows && now.sum === sealed.sum) return [];
  return [...rowSentences(sealed, now)].map(row);
}

/** The table of a digest is not to be compared row by row: each row is another one when its table has other columns. */
function isReshaped(name: string, differences: readonly Difference[]): boolean {
  return differences.some(
    ({ object, aspects: changed }) => object === `table ${name}` && changed.includes('definition'),
  );
}

/**
 * What is not as it was sealed, in the order of the names. Rows that somebody added are no difference, as a release's tables
 * grow; neither is a row that was written again with the same values.
 */
export function differencesOf(sealed: ReleasedState, now: ReleasedState): Difference[] {
  const names = Object.keys(sealed.objects);
  const objects = names.flatMap((name) =>
    objectDifference(name, sealed.objects[name] ?? null, now.objects[name] ?? null),
  );
  const hidden = { object: 'the objects of the release', aspects: [...aspects] };
  const sentence = 'Something about the objects of the release changed that their short digests do not tell apart.';
  const unseen = objects.length === 0 && sealed.digest !== now.digest ? [{ ...hidden, sentence }] : [];
  const rows = Object.entries(sealed.rows).flatMap(([name, table]) =>
    table === null || isReshaped(name, objects) ? [] : rowDifferences(name, table, now.rows[name]),
  );
  return [...objects, ...unseen, ...rows];
}
