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
