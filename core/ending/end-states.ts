import type { EndingState } from '../base/ending-state.ts';
import type { Story, Told } from './story.ts';

/** The state in which an execution of RELEASE ends, and what its Fail says: error and cause. Success says nothing. */
export const endStates = {
  complete: { name: 'Release complete' },
  rolledBack: {
    name: 'Rolled back',
    error: 'RolledBack',
    cause: 'A tier failed. The database is exactly as it was before; see the report.',
  },
  nothing: {
    name: 'Nothing to roll back',
    error: 'NothingToRollBack',
    cause: 'A tier failed before this run had changed anything.',
  },
  wouldNot: {
    name: 'Would not end well',
    error: 'WouldNotEndWell',
    cause: 'The trial of this release and its undo failed. Nothing was kept of it; see the report.',
  },
  human: {
    name: 'Needs a human',
    error: 'NeedsAHuman',
    cause: 'The rollback was not proven. Read docs/operator.md, "Needs a human", before anything else.',
  },
  notChecked: {
    name: 'Gate not checked',
    error: 'GateNotChecked',
    cause: 'The gate could not be read. No action taken; see the first state.',
  },
  gateClosed: { name: 'Gate still closed', error: 'GateStillClosed' },
  notApproved: {
    name: 'Not approved',
    error: 'NotApproved',
    cause: 'Rejected, expired, stale or without a valid APR. No action taken.',
  },
} as const;

/** What *Gate still closed* says of the blockers, for the report as for the state machine. */
export function gateStillClosed(blockers: string): string {
  return `Gate still closed (${blockers}). No action taken.`;
}

/** One ending, for each of its readers. */
export interface EndingRow {
  /** Exit code of `one-roof`. */
  readonly exitCode: number;
  /** Where the execution of RELEASE ends. */
  readonly endsIn: (typeof endStates)[keyof typeof endStates];
  /** The state before the tiers at which the drawing in the report ends; absent where a tier may have run. */
  readonly at?: string;
  /** One line, plain English, for the shell, the message and the head of the report. */
  readonly headline: (state: EndingState) => string;
  /** The report's first words. */
  readonly story: (told: Told) => Story;
}
