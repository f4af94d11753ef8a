import { randomBytes } from 'node:crypto';
import pc from 'picocolors';
import { visible } from '../../core/base/visible.ts';

/** The colours that this command line uses, each a function from text to coloured text. */
export type Colours = Pick<ReturnType<typeof pc.createColors>, 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim'>;

/**
 * Stands for ESC in our own colours until a text is written. Nobody outside this process knows it, so no name in the
 * database can hold a sequence that is taken for ours.
 */
const mark = `<${randomBytes(12).toString('hex')}>`;

/** Colours whose text can only be written by {@link forTerminal}; with `enabled` false they change nothing. */
export function colours(enabled: boolean): Colours {
  const ansi = pc.createColors(enabled);
  const own = (paint: (text: string) => string) => (text: string | number | null | undefined) =>
    paint(visible(String(text))).replaceAll('\u001b', mark);
  return {
    red: own(ansi.red),
    green: own(ansi.green),
    yellow: own(ansi.yellow),
    cyan: own(ansi.cyan),
    bold: own(ansi.bold),
    dim: own(ansi.dim),
  };
}

/** Text as it may be written to a terminal: unseen characters in their escape form, our own colours as colours. */
export function forTerminal(text: string): string {
  return visible(text).replaceAll(mark, '\u001b');
}

/** The output of a command: data on stdout and progress on stderr, so that a pipe receives only data. */
export interface Terminal {
  /** A line of data for stdout. */
  data(text: string): void;
  /** A line of progress for stderr; nothing with `--json`, where stderr is kept for errors. */
  progress(text: string): void;
  /** A line that must be seen even with `--json`, for example an error. */
  alert(text: string): void;
  /**
   * True when a question may be asked: stdin and stderr are both a terminal, and what it is about is shown (no
   * `--json`).
   */
  readonly interactive: boolean;
  readonly colour: Colours;
}

/** Binds a terminal to this process; colours follow NO_COLOR, FORCE_COLOR and whether stderr is a terminal. */
export function createTerminal(options: { readonly json: boolean }): Terminal {
  return {
    data: (text) => void process.stdout.write(`${forTerminal(text)}\n`),
    progress: (text) => {
      if (!options.json) process.stderr.write(`${forTerminal(text)}\n`);
    },
    alert: (text) => void process.stderr.write(`${forTerminal(text)}\n`),
    interactive: !options.json && process.stdin.isTTY && process.stderr.isTTY,
    colour: colours(pc.isColorSupported && process.stderr.isTTY),
  };
}
