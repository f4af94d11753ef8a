/**
 * How many numbers PostgreSQL logs ahead (SEQ_LOG_VALS): after a crash, a sequence that was used since the last checkpoint
 * stands up to so many steps further.
 */
const LOGGED_AHEAD = 32n;

/** A sequence, as `sql/runner/fingerprint.sql` prints it: name, last value, called, increment. */
const position = /^(?<name>.+)=(?<last>-?\d+)\/(?<called>[tf])\/(?<step>-?\d+)$/;

/** How a sequence moved on: no further than a crash moves it, or because somebody drew numbers. */
type Move = 'as by a crash' | 'by others';

function moveOf(before: string, now: string): Move | 'none' | undefined {
  if (before === now) return 'none';
  const [one, two] = [before, now].map((line) => position.exec(line)?.groups);
  if (one === undefined || two === undefined || one['name'] !== two['name'] || one['step'] !== two['step'])
    return undefined;
  const step = BigInt(one['step'] ?? '');
  const distance = BigInt(two['last'] ?? '') - BigInt(one['last'] ?? '');
  const steps = distance / step;
  if (distance % step !== 0n || steps < 0n || two['called'] !== 't') return undefined;
  if (one['called'] === 'f') return 'by others';
  return steps > 0n && steps <= LOGGED_AHEAD ? 'as by a crash' : 'by others';
}

/**
 * How the sequences of a relation moved on; undefined when one of them is another than before, or stands where it would
 * hand out numbers again. A gap in the numbers is nobody's loss; putting a sequence back could hand a number out twice.
 */
export function sequenceMove(before: string | undefined, now: string | undefined): Move | undefined {
  const [one, two] = [before ?? '', now ?? ''].map((text) => text.split('\n'));
  if (one === undefined || two === undefined || one.length !== two.length) return undefined;
  const moves = one.map((line, index) => moveOf(line, two[index] ?? ''));
  if (moves.includes(undefined)) return undefined;
  return moves.includes('by others') ? 'by others' : 'as by a crash';
}
