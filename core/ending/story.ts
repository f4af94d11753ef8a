import type { EndingState } from '../base/ending-state.ts';
import { states } from '../base/names.ts';
import { rollbackFailureText, stoppedError, undoneError } from './cause.ts';

/** The tone in which an ending is shown; it is never carried by colour alone. */
export type Tone = 'good' | 'calm' | 'warn' | 'bad';

/** The ending of a run, told for somebody who does not write SQL. */
export interface Story {
  readonly tone: Tone;
  readonly title: string;
  readonly happened: string;
  readonly database: string;
  readonly next: string;
}

/** What an ending is told from. */
export interface Told {
  readonly state: EndingState;
  /** The step that failed, or that ran when the release was stopped; undefined when none is recorded. */
  readonly step: string | undefined;
  /** What to do about each blocker of a closed gate. */
  readonly remedies: readonly string[];
}

/** The database after a run that changed nothing. */
export const untouched = 'Unchanged. The release only read from it.';
/** The database after a run that was rolled back. */
const asBefore = 'Exactly as it was before the release. Structure, rights, rows and counters were compared one by one.';

/** What others changed while a release ran that was rolled back; it is theirs, and stays. */
export const othersSentence = (others: readonly string[]): string =>
  `Others have changed meanwhile, and that was left alone: ${others.join(', ')}.`;

/** The database after a rollback: as before, apart from what others did. */
export function afterRollback({ rollback }: EndingState): string {
  const others = rollback?.Output?.others ?? [];
  return others.length === 0 ? asBefore : `Everything of the release is taken back. ${othersSentence(others)}`;
}

const wasStopped = ({ error }: EndingState): boolean => error?.Error === stoppedError;
const wasUndone = ({ error }: EndingState): boolean => error?.Error === undoneError;
/** Whether a run failed by itself, was stopped, or was complete and taken back. */
export const verb = ({ state }: Told): string =>
  wasUndone(state) ? 'Undone by an operator' : wasStopped(state) ? 'Stopped' : 'Failed';

/** Where a run failed or was stopped. */
export function failure({ state, step }: Told): string {
  if (wasUndone(state)) return 'The release was complete and sealed. An operator has taken it back, by its run id.';
  if (wasStopped(state))
    return step === undefined ? 'The release was stopped.' : `The release was stopped at the step “${step}”.`;
  return step === undefined ? 'A step did not succeed.' : `The step “${step}” did not succeed.`;
}

/** The story of a completed release, which depends on what the post checks read back, and on whether they ran. */
export function released({ state: { postChecks } }: Told): Story {
  const happened =
    'Every step ran, and the result was verified and sealed. After the seal, nothing undoes it automatically.';
  const held = { happened, database: 'It holds the whole package, for good.' };
  if (postChecks === undefined) {
    const next = 'Have an engineer repeat the checks by hand; the error is under “Exact figures”.';
    return { ...held, tone: 'warn', title: 'Released, but not yet read back', next };
  }
  if (postChecks.problems.length > 0) {
    const next = 'Have an engineer look at the values that are not as expected, under “End state”.';
    return { ...held, tone: 'warn', title: 'Released, with a value to look at', next };
  }
  const database = 'It holds the whole package. An outside reader read it back, and every value is as expected.';
  return { happened, database, tone: 'good', title: 'Released and verified', next: 'Nothing. Keep this report.' };
}

/** A gate that kept a release from starting. */
export const gateClosed = (tone: Tone, title: string, remedies: readonly string[]): Story => ({
  tone,
  title,
  happened: 'A condition that must hold before any release does not hold, so the release stopped by itself.',
  database: untouched,
  next: `${remedies.join(' ')} Then start a new release.`,
});

/** A release that nobody approved. */
export const notApproved = (title: string, happened: string, next: string): Story => ({
  ...{ tone: 'calm', title, happened, database: untouched, next },
});

/** What a rollback that was not completed has left, by the step that failed: what was changed, and what was not. */
function leftBy({ rollback, tiers = [], sealed }: EndingState): string {
  const kept = tiers.map(({ id, name }) => `${id} ${name}`).join(', ');
  const there =
    sealed === true
      ? 'The whole release'
      : kept === ''
        ? 'What a tier may have committed'
        : `What these tiers changed (${kept})`;
  switch (rollback?.failure?.step) {
    case states.fence:
      return `${there} is still there. Nothing was undone, as it is not certain that nothing of the release still runs.`;
    case states.undo:
      return `${there} is still there. Nothing was undone: the undo is one transaction, and it kept nothing.`;
    case states.proveBaseline:
      return 'What the release created and wrote was taken back. It is not proven that everything is as before.';
    default:
      return 'Not proven. It may lie between before and after.';
  }
}

/** The story of a rollback that was not completed, or not proven. */
export function humanNeeded(told: Told): Story {
  const why = rollbackFailureText(told.state);
  return {
    tone: 'bad',
    title: 'An engineer is needed now',
    happened: `${failure(told)} The way back could not be completed or could not be proven${why === '' ? '.' : `. ${why}`}`,
    database: leftBy(told.state),
    next: 'Call the operator. The runbook’s section “Needs a human” (docs/operator.md) says what to do; start nothing else.',
  };
}
