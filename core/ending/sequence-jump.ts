/**
 * How many numbers PostgreSQL logs ahead (SEQ_LOG_VALS): after a crash, a sequence that was used since the last checkpoint
 * stands up to so many steps further.
 */
const LOGGED_AHEAD = 32n;

/** A sequence that has been used, as `sql/runner/fingerprint.sql` prints it: name, last value, called, increment. */
const position = /^(?<name>.+)=(?<last>-?\d+)\/t\/(?<step>-?\d+)$/;

function jumped(before: string, now: string): boolean {
  if (before === now) return true;
  const [one, two] = [before, now].map((line) => position.exec(line)?.groups);
  if (one === undefined || two === undefined || one['name'] !== two['name'] || one['step'] !== two['step'])
    return false;
  const step = BigInt(one['step'] ?? '');
  const distance = BigInt(two['last'] ?? '') - BigInt(one['last'] ?? '');
  return distance % step === 0n && distance / step > 0n && distance / step <= LOGGED_AHEAD;
}

/**
 * Whether the sequences of a relation differ by no more than what a crash of the server does to them. It leaves a gap in
 * the numbers, and nobody's data is another; putting the sequence back could hand a number out twice.
 */
export function isCrashJump(before: string | undefined, now: string | undefined): boolean {
  const [one, two] = [before ?? '', now ?? ''].map((text) => text.split('\n'));
  if (one === undefined || two === undefined || one.length !== two.length) return false;
  return one.every((line, index) => jumped(line, two[index] ?? ''));
}
