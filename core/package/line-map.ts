import { gunzipSync, gzipSync } from 'node:zlib';
import type { Flattened, Place } from './flatten.ts';

/** A run of lines of a flattened text that follow each other in one file too. */
interface Segment extends Place {
  /** The first of them in the flattened text, counted from 1. */
  readonly from: number;
}

function* segments({ text, origin }: Flattened): Generator<Segment> {
  const lines = text.split('\n').length - 1;
  let before: Place | undefined;
  for (let from = 1; from <= lines; from += 1) {
    const place = origin(from);
    if (before === undefined || place.file !== before.file || place.line !== before.line + 1) yield { from, ...place };
    before = place;
  }
}

/**
 * Where the lines of a flattened script come from, in one line of text: `<line>:<file>:<line of the file>` for each
 * place at which that changes, separated by spaces. The wrapper reads it to name the file that a person can open
 * instead of the one in the container; `paths` are of the form that the plan demands, so none holds a colon or a space.
 */
export function renderLineMap(flattened: Flattened): string {
  return [...segments(flattened)].map(({ from, file, line }) => `${from}:${file}:${line}`).join(' ');
}

/** Longest packed map that the environment of a function has room for, beside what else is in its 4 KB. */
const MOST_PACKED = 2500;

/** A line map in few characters, for the environment of a function; empty for one that is too long for that. */
export function packLineMap(map: string): string {
  const packed = gzipSync(map, { level: 9 }).fill(0, 4, 8).fill(255, 9, 10).toString('base64');
  return packed.length > MOST_PACKED ? '' : packed;
}

/** Where a line of a flattened script stands, by its packed map; undefined where there is none. */
export function placeOf(packed: string, line: number): Place | undefined {
  if (packed === '') return undefined;
  const segments = gunzipSync(Buffer.from(packed, 'base64')).toString().split(' ');
  const found = segments
    .map((segment) => segment.split(':'))
    .map(([from, file = '', at]) => ({ from: Number(from), file, at: Number(at) }))
    .findLast(({ from }) => from <= line);
  return found === undefined ? undefined : { file: found.file, line: found.at + line - found.from };
}
