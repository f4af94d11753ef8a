import { createInterface } from 'node:readline';
import { forTerminal } from './terminal.ts';

/** When a question ends without an answer, and what Ctrl-C means meanwhile. */
interface AskOptions {
  /** Takes the question back. */
  readonly until?: AbortSignal;
  /** Told of Ctrl-C, which a terminal with an open question does not turn into a signal. */
  readonly onInterrupt?: () => void;
}

/** Asks one question on the terminal; Ctrl-D is an empty answer. Undefined at Ctrl-C, and when it was taken back. */
export function askLine(question: string, { until, onInterrupt }: AskOptions = {}): Promise<string | undefined> {
  if (until?.aborted === true) return Promise.resolve(undefined);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const close = () => lines.close();
  let answered = false;
  return new Promise((resolve) => {
    lines.once('close', () => {
      until?.removeEventListener('abort', close);
      if (!answered) process.stderr.write('\n');
      resolve(until?.aborted === true ? undefined : '');
    });
    lines.once('SIGINT', () => {
      resolve(undefined);
      close();
      onInterrupt?.();
    });
    // A terminal that was closed cannot be read.
    lines.on('error', close);
    until?.addEventListener('abort', close);
    lines.question(forTerminal(question), (answer) => {
      answered = true;
      resolve(answer.trim());
      close();
    });
  });
}
