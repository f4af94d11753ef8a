import { forTerminal } from './terminal.ts';

/** The stream to which frames are written. */
export interface Output {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** A part of the terminal that is drawn again and again, in place. */
export interface LiveScreen {
  readonly columns: number;
  readonly rows: number;
  /** Draws the lines over the ones before; nothing is written when they are the same. */
  draw(lines: readonly string[]): void;
  /** Keeps the last frame on the screen and shows the cursor again. */
  end(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_TO_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const HOME = '\u001b[H';

/**
 * Draws without flicker: one write per frame, which goes up to the first line that differs and overwrites from there;
 * nothing is erased before it is written again.
 */
export function createLiveScreen(output: Output): LiveScreen {
  let shown: readonly string[] = [];
  let started = false;
  let width = 0;
  // After a change of width the old lines may have wrapped, and nobody knows how far up the first one is.
  const startOver = () => {
    const columns = output.columns ?? 80;
    if (width !== 0 && columns !== width) {
      output.write(`${HOME}${CLEAR_BELOW}`);
      shown = [];
    }
    width = columns;
  };
  return {
    get columns() {
      return output.columns ?? 80;
    },
    get rows() {
      return output.rows ?? 24;
    },
    draw(lines) {
      startOver();
      const same = shown.findIndex((line, index) => line !== lines[index]);
      const from = same < 0 ? shown.length : same;
      if (from === shown.length && lines.length === shown.length) return;
      const up = shown.length - from;
      const start = `${started ? '' : HIDE_CURSOR}${up > 0 ? `\u001b[${up}A` : ''}`;
      const body = lines.slice(from).map((line) => `\r${forTerminal(line)}${CLEAR_TO_LINE_END}\n`);
      output.write(`${start}${body.join('')}${lines.length < shown.length ? CLEAR_BELOW : ''}`);
      started = true;
      shown = [...lines];
    },
    end() {
      if (started) output.write(SHOW_CURSOR);
      started = false;
    },
  };
}
