import { UsageError } from '../../core/base/errors.ts';
import { askLine } from './ask-line.ts';
import type { Terminal } from './terminal.ts';

/**
 * Refuses a dangerous verb that could not be confirmed, before anything is read or sent.
 * @throws UsageError without a terminal and without `--yes`.
 */
export function assertConfirmable(verb: string, yes: boolean | undefined, terminal: Terminal): void {
  if (yes === true || terminal.interactive) return;
  throw new UsageError(
    `${verb} asks for the run id to be typed, on a terminal and without --json: pass --yes if you are sure`,
  );
}

/**
 * Asks for the run id to be typed, unless `--yes` was given.
 * @throws UsageError when something else is typed, or at Ctrl-C; nothing has been done then.
 */
export async function confirmRun(
  verb: string,
  runId: string,
  yes: boolean | undefined,
  terminal: Terminal,
): Promise<void> {
  assertConfirmable(verb, yes, terminal);
  if (yes === true) return;
  const typed = await askLine(`\nTo ${verb}, type the run id ${runId}: `);
  if (typed === undefined) throw new UsageError('Nothing was done.');
  if (typed !== runId) throw new UsageError(`That is not the run id ${runId}. Nothing was done.`);
}
