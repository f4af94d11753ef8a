import { exitCodes } from '../base/exit-codes.ts';
import { checkFailure, errorText, rollbackFailureText } from './cause.ts';
import { notStarted } from './not-started.ts';
import { type EndingRow, endStates } from './end-states.ts';
import { afterRollback, failure, humanNeeded, released, verb } from './story.ts';

// The table of endings. A new ending is a row here, and a line in `endingOf` that says when it is one.
const rows = {
  released: {
    exitCode: exitCodes.done,
    endsIn: endStates.complete,
    headline: () => 'ROLLOUT COMPLETE — ALL TIERS PASSED',
    story: released,
  },
  released_check_failed: {
    exitCode: exitCodes.checkFailed,
    endsIn: endStates.complete,
    headline: (state) => `Released and sealed, but ${checkFailure(state)}`,
    story: released,
  },
  ...notStarted,
  rolled_back: {
    exitCode: exitCodes.rolledBack,
    endsIn: endStates.rolledBack,
    headline: (state) => {
      const others = state.rollback?.Output?.others ?? [];
      const left = others.length === 0 ? '' : `, but for what others have changed: ${others.join(', ')}`;
      return `Failed and rolled back: the database is exactly as before${left}. ${errorText(state)}`;
    },
    story: (told) => ({
      tone: 'warn',
      title: `${verb(told)}, and rolled back completely`,
      happened: `${failure(told)} Everything that this release had changed until then was taken back.`,
      database: afterRollback(told.state),
      next: 'Nothing is urgent. Have an engineer find the cause before a new release is started.',
    }),
  },
  nothing_to_roll_back: {
    exitCode: exitCodes.rolledBack,
    endsIn: endStates.nothing,
    headline: (state) => `Failed; nothing of this run is in the database. ${errorText(state)}`,
    story: (told) => ({
      tone: 'warn',
      title: `${verb(told)} before anything was changed`,
      happened: `${failure(told)} Nothing of this release was in the database, so there was nothing to take back.`,
      database: 'Nothing in it comes from this release.',
      next: 'Have an engineer find the cause before a new release is started.',
    }),
  },
  needs_a_human: {
    exitCode: exitCodes.needsHuman,
    endsIn: endStates.human,
    headline: (state) => {
      const why = rollbackFailureText(state);
      return `The rollback could not be proven. A human has to look.${why === '' ? '' : ` ${why}.`} Before that: ${errorText(state)}`;
    },
    story: humanNeeded,
  },
} satisfies Readonly<Record<string, EndingRow>>;

/** Every way a release can end; the words of the report and of the exit code table. */
export type EndingName = keyof typeof rows;

/** The table of endings, by name. */
export const endingTable: Readonly<Record<EndingName, EndingRow>> = rows;

/** Whether the database holds the release, for good, after this ending. */
export const isReleased = (name: string): boolean => name === 'released' || name === 'released_check_failed';

/** Whether a text is the name of an ending. */
const isEnding = (name: string): name is EndingName => Object.hasOwn(rows, name);

/** The names of all endings. */
export const endings = Object.keys(rows).filter(isEnding);
