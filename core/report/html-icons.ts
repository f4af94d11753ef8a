import type { Mark } from './flow.ts';
import { type Markup, markup } from './markup.ts';
import type { Tone } from '../ending/story.ts';

/** The word for each mark, shown wherever the mark is drawn, so that no meaning depends on a shape alone. */
export const markWords: Readonly<Record<Mark, string>> = {
  done: 'done',
  failed: 'failed',
  refused: 'said no',
  undone: 'done, then taken back',
  open: 'not reached',
};

/** Strokes of the marks on a grid of 16 by 16: a tick, a cross, a bar, an arrow back, a ring. */
const strokes: Readonly<Record<Mark, string>> = {
  done: 'M3 8.6 6.4 12 13 4.6',
  failed: 'M4 4 12 12M12 4 4 12',
  refused: 'M3.5 8H12.5',
  undone: 'M6 3.2 3 6.2 6 9.2M3.4 6.2H9.6A3.4 3.4 0 0 1 9.6 13H6.6',
  open: 'M8 6A2 2 0 1 1 7.99 6Z',
};

const ofTone: Readonly<Record<Tone, Mark>> = { good: 'done', calm: 'refused', warn: 'undone', bad: 'failed' };

/** The strokes of a mark, for use in another drawing. */
export function markStrokes(mark: Mark): string {
  return strokes[mark];
}

function icon(mark: Mark): Markup {
  return markup`<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${strokes[mark]}" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}

/** The large sign beside the title. */
export function toneSign(tone: Tone): Markup {
  return markup`<span class="sign">${icon(ofTone[tone])}</span>`;
}

/** A mark with its word. */
export function markStatus(mark: Mark, word = markWords[mark]): Markup {
  return markup`<span class="status ${mark}">${icon(mark)}${word}</span>`;
}
