import pc from 'picocolors';

/** Where a command's words go: data on stdout, progress on stderr, so that a pipe gets data alone. */
export interface Terminal {
  /** A line of data for stdout. */
  data(text: string): void;
  /** A line of progress for stderr; nothing with `--json`, where stderr is kept for errors. */
  progress(text: string): void;
  /** A line that must be seen even with `--json`, for example an error. */
  alert(text: string): void;
  /** True when a question may be asked: stdin and stderr are both a terminal, and what it is about is shown (no `--json`). */
  readonly interactive: boolean;
  readonly colour: ReturnType<typeof pc.createColors>;
}

/** Binds a terminal to this process; colours follow NO_COLOR, FORCE_COLOR and whether stderr is a terminal. */
export function createTerminal(options: { readonly json: boolean }): Terminal {
  const colour = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  return {
    data: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => {
      if (!options.json) process.stderr.write(`${text}\n`);
    },
    alert: (text) => void process.stderr.write(`${text}\n`),
    interactive: !options.json && process.stdin.isTTY && process.stderr.isTTY,
    colour,
  };
}
