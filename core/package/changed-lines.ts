import { structuredPatch } from 'diff';

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
/** Texts that differ in more lines are shown as taken out and written anew: to find what stayed takes the square of it. */
const MOST_CHANGES = 300;
/** The remark of a patch that the line before it ends its text without a line break. */
const REMARK = '\\';

function comparedLines(lines: readonly string[]): ComparedLine[] {
  return lines.flatMap((line, index) => {
    const mark = line.charAt(0);
    if (mark !== ' ' && mark !== '-' && mark !== '+') return [];
    const open = lines[index + 1]?.startsWith(REMARK) === true ? ' (without a line break at the end)' : '';
    return { mark, text: `${line.slice(1)}${open}` };
  });
}

function anew(before: string, now: string): Hunk {
  const all = (mark: '-' | '+', text: string) =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => ({ mark, text: line }));
  return { at: 1, lines: [...all('-', before), ...all('+', now)] };
}

/** Compares two texts line by line. */
export function changedLines(before: string, now: string): ChangedLines {
  const patch = structuredPatch('', '', before, now, '', '', { context: CONTEXT, maxEditLength: MOST_CHANGES });
  const found = patch?.hunks.map(({ newStart: at, lines }) => ({ at, lines: comparedLines(lines) }));
  const hunks = found ?? [anew(before, now)];
  const count = (mark: '-' | '+') => hunks.flatMap(({ lines }) => lines.filter((line) => line.mark === mark)).length;
  return { added: count('+'), removed: count('-'), hunks };
}
