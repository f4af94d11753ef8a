import { UsageError } from '../../core/base/errors.ts';
import type { StampedRun } from '../../local/postgres/read-stamps.ts';
import { onInterrupt } from '../screen/interrupt.ts';
import type { Terminal } from '../screen/terminal.ts';
import { standing } from './database-status.ts';

/**
 * Keeps signals from cutting a rollback short: one that has begun goes on to its end, and one that has not is not begun.
 * `use` calls `begin` when it is about to. @throws UsageError when somebody asked for the end before that.
 */
export async function uninterrupted<Result>(
  run: StampedRun,
  database: string,
  terminal: Terminal,
  use: (begin: () => void) => Promise<Result>,
): Promise<Result> {
  let [begun, asked] = [false, false];
  const giveBack = onInterrupt(() => {
    asked = true;
    terminal.alert(
      begun
        ? '  A rollback is not cut short: it goes on to its end, and then says how the database stands. Please wait.'
        : '  Stopping before the rollback begins. Please wait.',
    );
  });
  try {
    return await use(() => {
      if (asked)
        throw new UsageError(
          `Nothing was undone: run ${run.run} is in ${database}, ${standing(run)}. Start this command again to undo it.`,
        );
      begun = true;
    });
  } finally {
    giveBack();
  }
}
