/** A line of a comparison: it stayed, is gone, or is new. */
export interface ComparedLine {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Changed lines that lie together, with the lines around them. */
interface Hunk {
  /** Number of its first line in the newer text, from 1. */
  readonly at: number;
  readonly lines: readonly ComparedLine[];
}

/** What changed from one text to another. */
export interface ChangedLines {
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly Hunk[];
}

/** Unchanged lines that are shown before and behind changed ones. */
const CONTEXT = 2;
/** Cells of the table of common lines, four bytes each; larger texts are shown as taken out and written anew. */
const MOST_CELLS = 250_000;

const kept = (text: string): ComparedLine => ({ mark: ' ', text });
const gone = (text: string): ComparedLine => ({ mark: '-', text });
const made = (text: string): ComparedLine => ({ mark: '+', text });

/** Two texts as lines; a line break that ends both of them begins no further line. */
function linesOf(before: string, now: string): [string[], string[]] {
  const [left, right] = [before.split('\n'), now.split('\n')];
  const same = left.at(-1) === '' && right.at(-1) === '';
  const shown = (lines: string[], text: string) => (same || text === '' ? lines.slice(0, -1) : lines);
  return [shown(left, before), shown(right, now)];
}

/** The length of the longest common subsequence of what follows in either text, for each pair of lines. */
function commonLines(before: readonly string[], now: readonly string[]): (left: number, right: number) => number {
  const width = now.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = now.length - 1; right >= 0; right -= 1) {
      const here = left * width + right;
      const both = (common[here + width + 1] ?? 0) + 1;
      const longer = Math.max(common[here + width] ?? 0, common[here + 1] ?? 0);
      common[here] = before[left] === now[right] ? both : longer;
    }
  }
  return (left, right) => common[left * width + right] ?? 0;
}

/** Compares by the longest common subsequence of lines. */
function compare(before: readonly string[], now: readonly string[]): ComparedLine[] {
  if (before.length * now.length > MOST_CELLS) return [...before.map(gone), ...now.map(made)];
  const common = commonLines(before, now);
  const lines: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < now.length) {
    const [left, right] = [before[i], now[j]];
    if (left !== undefined && left === right) {
      lines.push(kept(left));
      [i, j] = [i + 1, j + 1];
    } else if (left !== undefined && (right === undefined || common(i + 1, j) >= common(i, j + 1))) {
      lines.push(gone(left));
      i += 1;
    } else {
      lines.push(made(right ?? ''));
      j += 1;
    }
  }
  return lines;
}

/** The changed lines of a comparison, each group with its context. */
function hunksOf(lines: readonly ComparedLine[]): Hunk[] {
  const near = lines.map((_line, index) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ mark }) => mark !== ' '),
  );
  const hunks: { at: number; lines: ComparedLine[] }[] = [];
  let number = 1;
  for (const [index, line] of lines.entries()) {
    if (near[index] === true) {
      if (near[index - 1] !== true) hunks.push({ at: number, lines: [] });
      hunks.at(-1)?.lines.push(line);
    }
    if (line.mark !== '-') number += 1;
  }
  return hunks;
}

/** Compares two texts line by line. */
export function changedLines(before: string, now: string): ChangedLines {
  const [left, right] = linesOf(before, now);
  let [head, tail] = [0, 0];
  while (head < Math.min(left.length, right.length) && left[head] === right[head]) head += 1;
  while (
    tail < Math.min(left.length, right.length) - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  )
    tail += 1;
  const middle = compare(left.slice(head, left.length - tail), right.slice(head, right.length - tail));
  const lines = [...left.slice(0, head).map(kept), ...middle, ...right.slice(right.length - tail).map(kept)];
  const count = (mark: '-' | '+') => middle.filter((line) => line.mark === mark).length;
  return { added: count('+'), removed: count('-'), hunks: hunksOf(lines) };
}
