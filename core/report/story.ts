import { causeMessage } from '../ending/ending.ts';
import type { EndingName } from '../ending/ending-table.ts';
import type { Report } from './build.ts';
import { failedTier } from './flow.ts';
import { blockerRows } from '../gate/gate-rows.ts';
import { stoppedError } from '../ending/rollback-ending.ts';

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

const untouched = 'Unchanged. The release only read from it.';
const asBefore = 'Exactly as it was before the release. Structure, rights, rows and counters were compared one by one.';

function wasStopped({ state }: Report): boolean {
  return state.error?.Error === stoppedError;
}

function failure(report: Report): string {
  const tier = failedTier(report);
  if (wasStopped(report)) {
    return tier === undefined ? 'The release was stopped.' : `The release was stopped at the step “${tier.name}”.`;
  }
  return tier === undefined ? 'A step did not succeed.' : `The step “${tier.name}” did not succeed.`;
}

function verb(report: Report): string {
  return wasStopped(report) ? 'Stopped' : 'Failed';
}

function released({ state }: Report): Story {
  const story = {
    happened:
      'Every step ran, and the result was verified and sealed. After the seal, nothing undoes it automatically.',
    database: 'It holds the whole package, for good.',
  };
  const problems = state.postChecks?.problems.length ?? 0;
  if (state.postChecks === undefined) {
    const next = 'Have an engineer repeat the checks by hand; the error is under “Exact figures”.';
    return { ...story, tone: 'warn', title: 'Released, but not yet read back', next };
  }
  if (problems > 0) {
    const next = 'Have an engineer look at the values that are not as expected, under “End state”.';
    return { ...story, tone: 'warn', title: 'Released, with a value to look at', next };
  }
  const database = 'It holds the whole package. An outside reader read it back, and every value is as expected.';
  return { ...story, database, tone: 'good', title: 'Released and verified', next: 'Nothing. Keep this report.' };
}

function gateClosed({ state }: Report): Story {
  const blocked = state.gate === undefined ? [] : blockerRows(state.gate);
  return {
    tone: 'calm',
    title: 'Not started: the gate is closed',
    happened: 'A condition that must hold before any release does not hold, so the release stopped by itself.',
    database: untouched,
    next: `${blocked.map(({ remedy }) => remedy).join(' ')} Then start a new release.`,
  };
}

function notApproved(title: string, happened: string, next: string): Story {
  return { tone: 'calm', title, happened, database: untouched, next };
}

const stories: Readonly<Record<EndingName, (report: Report) => Story>> = {
  released,
  gate_closed: gateClosed,
  documents_differ: (report) => ({ ...gateClosed(report), tone: 'warn', title: 'Not started: the commands differ' }),
  gate_not_checked: () => ({
    tone: 'warn',
    title: 'Not started: the checks could not be completed',
    happened: 'The release could not read the database, or could not ask for the approval, and went no further.',
    database: untouched,
    next: 'Have an engineer read the error under “Exact figures”, then start a new release.',
  }),
  rejected: ({ state }) =>
    notApproved(
      'Rejected by the approver',
      `The approver said no: ${causeMessage(state.error?.Cause)}`,
      'Settle the reason with the approver. A new release asks again.',
    ),
  no_valid_apr: ({ state }) =>
    notApproved(
      'Not approved: no valid code',
      `None of the answers named an approved request. The last one: ${state.reason ?? 'no reason was given'}`,
      'Find the code of the ratified request, then start a new release.',
    ),
  expired: () =>
    notApproved('Not approved: nobody answered', 'The time for an answer ran out.', 'Start a new release when ready.'),
  stale: ({ state }) =>
    notApproved(
      'Not approved: things had changed',
      `What was approved was no longer what would have run. ${state.reason ?? ''}`,
      'Start a new release and look at it again.',
    ),
  preflight_failed: () => ({
    tone: 'calm',
    title: 'Stopped before the first change',
    happened: 'The last check before the first change found that something had moved since the approval.',
    database: untouched,
    next: 'Have an engineer read the reason under “Exact figures”, then start a new release.',
  }),
  rolled_back: (report) => ({
    tone: 'warn',
    title: `${verb(report)}, and rolled back completely`,
    happened: `${failure(report)} Everything that this release had changed until then was taken back.`,
    database: asBefore,
    next: 'Nothing is urgent. Have an engineer find the cause before a new release is started.',
  }),
  nothing_to_roll_back: (report) => ({
    tone: 'warn',
    title: `${verb(report)} before anything was changed`,
    happened: `${failure(report)} Nothing of this release was in the database, so there was nothing to take back.`,
    database: 'Nothing in it comes from this release.',
    next: 'Have an engineer find the cause before a new release is started.',
  }),
  needs_a_human: (report) => ({
    tone: 'bad',
    title: 'An engineer is needed now',
    happened: `${failure(report)} The way back could not be completed or could not be proven.`,
    database: 'Not proven. It may lie between before and after.',
    next: 'Call the operator. The runbook’s section “A human is needed” says what to do; start nothing else.',
  }),
};

/** Tells in plain English how a run ended: what happened, in which state the database is, and what to do next. */
export function tellStory(report: Report): Story {
  return stories[report.ending.name](report);
}
